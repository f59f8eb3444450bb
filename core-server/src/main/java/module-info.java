import org.jspecify.annotations.NullMarked;

/** The compact server of Pinfold, which speaks the Apache ZooKeeper client protocol. */
@NullMarked
@SuppressWarnings({"module", "requires-automatic"
}) // qualified exports are to later modules; HdrHistogram has no name of its own
module io.pinfold.server {
    requires transitive static org.jspecify;
    requires transitive io.pinfold.client;
    requires java.management;
    requires java.security.sasl;
    requires jdk.management;
    requires org.slf4j;
    requires com.fasterxml.jackson.core;
    requires HdrHistogram;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.handler;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;

    exports io.pinfold.server;
    exports io.pinfold.server.consensus to
            io.pinfold.testing;
    exports io.pinfold.server.engine to
            io.pinfold.testing;
    exports io.pinfold.server.recovery to
            io.pinfold.testing;
    exports io.pinfold.server.storage to
            io.pinfold.testing;
    exports io.pinfold.server.tree to
            io.pinfold.testing;
}
