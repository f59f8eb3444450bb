package io.pinfold.testing.sim;

import java.util.ArrayList;
import java.util.List;

/** A few clients of other makes and one of our own, as the seed gives them habits. Confined to the world's thread. */
public final class MixedClients implements Workload {
    private static final int RAW_CLIENTS = 4;
    private static final int LIBRARY_REQUESTS = 300;

    private final List<RawClient> raw = new ArrayList<>();
    private final LibraryClient library;

    /**
     * Makes the clients, which do nothing yet.
     *
     * @param stage the world
     */
    public MixedClients(Stage stage) {
        for (int i = 0; i < RAW_CLIENTS; i++) {
            raw.add(new RawClient(stage, "raw" + i, Habits.drawn(stage, "raw" + i)));
        }
        library = new LibraryClient(stage, "library", LIBRARY_REQUESTS);
    }

    @Override
    public void start() {
        raw.forEach(RawClient::start);
        library.start();
    }

    @Override
    public void calm() {
        raw.forEach(RawClient::calm);
        library.calm();
    }

    @Override
    public void requireDone() {
        if (library.underWay() != 0) {
            throw new AssertionError(library.underWay() + " calls of the library never complete");
        }
    }
}
