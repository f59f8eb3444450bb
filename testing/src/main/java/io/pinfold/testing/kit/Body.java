package io.pinfold.testing.kit;

/** What a program of a simulated world does. Runs in a thread of that world. */
@FunctionalInterface
public interface Body {
    /**
     * Does it. May wait for what is simulated, as long as it likes.
     *
     * @throws Exception fails the test
     */
    void run() throws Exception;
}
