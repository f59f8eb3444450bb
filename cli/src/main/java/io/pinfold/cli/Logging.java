package io.pinfold.cli;

/** How much is logged to standard error. Must be told before the first logger is made; see {@code logback.xml}. */
final class Logging {
    private Logging() {}

    /** For servers: one line for each change of state. Everything else logs warnings only. */
    static void info() {
        System.setProperty("pinfold.log", "INFO");
    }
}
