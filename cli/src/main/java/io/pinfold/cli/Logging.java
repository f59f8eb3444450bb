package io.pinfold.cli;

/** How much is logged to standard error. Must be told before the first logger is made; see {@code logback.xml}.
 * Confined to the thread that runs the command. */
final class Logging {
    private Logging() {}

    /** For servers: one line for each change of state. */
    static void info() {
        System.setProperty("pinfold.log", "INFO");
    }

    /** For stories in which things break on purpose. */
    static void errorsOnly() {
        System.setProperty("pinfold.log", "ERROR");
    }
}
