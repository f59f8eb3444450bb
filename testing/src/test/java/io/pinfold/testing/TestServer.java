package io.pinfold.testing;

/** A server under test, whoever made it. Not thread-safe. */
interface TestServer extends AutoCloseable {
    int port();

    default String connectString() {
        return "127.0.0.1:" + port();
    }

    /** Stops the server and starts it again on the same port and data; returns when it serves. */
    void restart();

    /** {@return what the server wrote, if it is a process of its own} */
    String output();

    @Override
    void close();

    /** The released server, which never removes containers by itself: when it does is a matter of time. */
    static TestServer apacheZooKeeper() {
        return apacheZooKeeper(ApacheZooKeeper.builder());
    }

    /** As {@link #apacheZooKeeper()}, with other settings. */
    static TestServer apacheZooKeeper(ApacheZooKeeper.Builder settings) {
        ApacheZooKeeper server = settings.systemProperty(
                        "znode.container.checkIntervalMs", Integer.toString(Integer.MAX_VALUE))
                .start();
        return new TestServer() {
            @Override
            public int port() {
                return server.port();
            }

            @Override
            public void restart() {
                server.restart();
            }

            @Override
            public String output() {
                return server.output();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }
}
