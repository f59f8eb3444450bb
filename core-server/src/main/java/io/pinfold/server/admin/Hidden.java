package io.pinfold.server.admin;

import java.util.List;
import java.util.Locale;

/** Keeps secrets from operators' tools: a setting whose name says that it is one is shown without its value. Stateless. */
public final class Hidden {
    private static final String INSTEAD = "(hidden)";
    private static final List<String> SECRET =
            List.of("password", "passwd", "secret", "token", "credential", "digest", "privatekey", "sun.java.command");

    private Hidden() {}

    /** {@return the value, or what stands for it} */
    public static String shown(String name, String value) {
        String plain = name.toLowerCase(Locale.ROOT);
        return SECRET.stream().anyMatch(plain::contains) ? INSTEAD : value;
    }
}
