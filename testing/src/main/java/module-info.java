import org.jspecify.annotations.NullMarked;

/** Servers, faults and foreign programs for tests of code that uses Pinfold. */
@NullMarked
module io.pinfold.testing {
    requires transitive static org.jspecify;
    requires transitive io.pinfold.server;
    requires transitive static org.junit.jupiter.api;
    requires static org.junit.platform.commons;
    requires org.slf4j;
    requires jdk.management;

    exports io.pinfold.testing;
    exports io.pinfold.testing.junit;
    exports io.pinfold.testing.kit;
}
