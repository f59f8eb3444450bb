package io.pinfold.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client in virtual time. */
final class VirtualClient {
    static final long MILLI = 1_000_000;

    final VirtualHost host = new VirtualHost();
    final ClientCore core;
    final AsyncClient calls;

    VirtualClient(ClientBuilder builder) {
        core = new ClientCore(builder.settings(), host).start();
        calls = new AsyncCalls(core, core.chroot(), core.lane(), core.lane());
        host.run();
    }

    static ClientBuilder builder() {
        return PinfoldClient.builder("server:2181")
                .sessionTimeout(Duration.ofSeconds(6))
                .operationTimeout(Duration.ofSeconds(3));
    }

    static VirtualClient connected() {
        return new VirtualClient(builder());
    }

    /** Lets enough time pass for a call with some retries. */
    <T> CompletableFuture<T> settled(CompletableFuture<T> call) {
        host.pass(500 * MILLI);
        return call;
    }

    void cut() {
        host.server.plan(TinyServer.Fault.LOSE_REQUEST, request -> true);
    }
}
