import org.jspecify.annotations.NullMarked;

/** Values, wire protocol, client and recipe framework of Pinfold. */
@NullMarked
@SuppressWarnings("module") // the modules named in qualified exports are built later
module io.pinfold.client {
    requires transitive static org.jspecify;
    requires java.management;
    requires java.security.sasl;
    requires jdk.jfr;
    requires static micrometer.core;
    requires org.slf4j;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.handler;

    exports io.pinfold;
    exports io.pinfold.client;
    exports io.pinfold.client.jmx;
    exports io.pinfold.client.micrometer;
    exports io.pinfold.framework;
    exports io.pinfold.tls;
    exports io.pinfold.client.net to
            io.pinfold.testing;
    exports io.pinfold.tls.live to
            io.pinfold.server,
            io.pinfold.testing;
    exports io.pinfold.wire to
            io.pinfold.server,
            io.pinfold.testing;
}
