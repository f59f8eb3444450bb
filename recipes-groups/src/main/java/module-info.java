import org.jspecify.annotations.NullMarked;

/** Groups of processes: who is there, who waits for whom, who serves what. */
@NullMarked
module io.pinfold.groups {
    requires transitive static org.jspecify;
    requires transitive io.pinfold.client;
    requires com.fasterxml.jackson.core;
    requires org.slf4j;

    exports io.pinfold.groups;
}
