import org.jspecify.annotations.NullMarked;

/** Distributed locks whose leases carry fencing tokens and tell when they are lost. */
@NullMarked
module io.pinfold.locks {
    requires transitive static org.jspecify;
    requires transitive io.pinfold.client;
    requires org.slf4j;

    exports io.pinfold.locks;
}
