import org.jspecify.annotations.NullMarked;

/** Servers, faults and foreign programs for tests of code that uses Pinfold. */
@NullMarked
module io.pinfold.testing {
    requires transitive static org.jspecify;
    requires transitive io.pinfold.server;
    requires org.slf4j;

    exports io.pinfold.testing;
}
