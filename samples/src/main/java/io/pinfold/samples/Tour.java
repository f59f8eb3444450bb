package io.pinfold.samples;

/** What {@code pinfold demo} shows: every primitive, one after the other. */
public final class Tour {
    private final Stage stage;
    private final Narrator say;

    /**
     * Prepares a tour.
     *
     * @param stage the server to use
     * @param say tells what happens
     */
    public Tour(Stage stage, Narrator say) {
        this.stage = stage;
        this.say = say;
    }

    /**
     * Gives the tour.
     *
     * @throws BrokenPromise if something did not hold that must
     * @throws io.pinfold.PinfoldException if the server cannot be reached
     * @throws InterruptedException if the thread is interrupted
     */
    public void run() throws InterruptedException {
        say.title("pinfold demo", stage.describe());
        for (Sample sample : Sample.all()) {
            say.chapter(sample.name(), sample.shows());
            say.ok(sample.run(stage, say));
        }
    }
}
