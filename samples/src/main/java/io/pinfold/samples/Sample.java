package io.pinfold.samples;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A short program that shows one primitive, breaks something on the way and checks what the primitive promises. */
public interface Sample {
    /** {@return all samples, in the order in which to read them} */
    static List<Sample> all() {
        return List.of(new WatchSample(), new EphemeralSample(), new LockSample(), new ElectionSample());
    }

    /**
     * {@return the sample with this name, if there is one}
     *
     * @param name as in {@link #name()}
     */
    static Optional<Sample> named(String name) {
        return all().stream().filter(sample -> sample.name().equals(name)).findFirst();
    }

    /** {@return the word that chooses this sample} */
    String name();

    /** {@return what the sample shows, in one line} */
    String shows();

    /**
     * Runs to the end, in a few seconds.
     *
     * @param stage the server to use, and ways to break things
     * @param say tells what happens
     * @return the closing sentence: what was checked
     * @throws BrokenPromise if something did not hold that must
     * @throws io.pinfold.PinfoldException if the server cannot be reached
     * @throws InterruptedException if the thread is interrupted
     */
    String run(Stage stage, Narrator say) throws InterruptedException;

    /** {@return what a future brings, which has to be soon} */
    static <T> T soon(CompletableFuture<T> future, String promise) throws InterruptedException {
        try {
            return future.get(5, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BrokenPromise(promise, e);
        }
    }
}
