import org.jspecify.annotations.NullMarked;

/** The compact server of Pinfold, which speaks the Apache ZooKeeper client protocol. */
@NullMarked
@SuppressWarnings("module") // the modules named in qualified exports are built later
module io.pinfold.server {
    requires transitive static org.jspecify;
    requires transitive io.pinfold.client;
    requires org.slf4j;

    exports io.pinfold.server;
}
