import org.jspecify.annotations.NullMarked;

/** Leader election with terms, and observers of leaders. */
@NullMarked
module io.pinfold.election {
    requires transitive static org.jspecify;
    requires transitive io.pinfold.client;
    requires jdk.jfr;
    requires static micrometer.core;
    requires org.slf4j;

    exports io.pinfold.election;
    exports io.pinfold.election.micrometer;
}
