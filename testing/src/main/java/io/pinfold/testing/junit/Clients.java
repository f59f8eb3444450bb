package io.pinfold.testing.junit;

import org.junit.jupiter.api.extension.ParameterContext;

/** What clients are called that are injected. Stateless. */
final class Clients {
    private Clients() {}

    /** {@return a name that no other parameter of the test has} */
    static String name(ParameterContext parameter) {
        return parameter.getDeclaringExecutable().getName()
                + '-'
                + parameter.getParameter().getName();
    }
}
