package io.pinfold.cli;

import io.pinfold.samples.Narrator;
import java.io.PrintWriter;
import java.util.Map;

/** What standard output is connected to. Stateless. */
final class Terminal {
    private Terminal() {}

    /**
     * {@return somebody who tells a story on standard output}
     *
     * @param out standard output
     */
    static Narrator narrator(PrintWriter out) {
        return new Narrator(out, coloured(System.getenv(), Boolean.getBoolean("pinfold.terminal")));
    }

    /**
     * {@return whether to print colours}
     *
     * @param environment the environment's variables
     * @param terminal whether the launcher found that standard output is a terminal; Java 22 cannot tell by itself
     */
    static boolean coloured(Map<String, String> environment, boolean terminal) {
        boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        return terminal && !unwanted && !"dumb".equals(environment.get("TERM"));
    }
}
