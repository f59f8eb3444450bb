package io.pinfold.server;

import io.pinfold.server.admin.AdminPort;
import io.pinfold.server.admin.MemberFacts;
import io.pinfold.server.engine.Inspection;
import io.pinfold.server.transport.NodeLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Where operators and their tools are served: nowhere, at one port or at two. Immutable. */
final class OperatorPorts implements AutoCloseable {
    private final @Nullable AdminPort admin;
    private final @Nullable AdminPort metrics;

    private OperatorPorts(@Nullable AdminPort admin, @Nullable AdminPort metrics) {
        this.admin = admin;
        this.metrics = metrics;
    }

    static OperatorPorts open(ServerConfig config, MemberFacts facts, NodeLoop node) throws IOException {
        AdminPort.Member member = new AdminPort.Member() {
            @Override
            public <T> CompletableFuture<T> ask(BiFunction<Inspection, Long, T> question) {
                return node.ask(engine -> question.apply(engine.inspect(), node.nowNanos()));
            }
        };
        AdminPort admin = open(facts, member, AdminPort.Content.EVERYTHING, config.adminAddress());
        try {
            return new OperatorPorts(admin, open(facts, member, AdminPort.Content.METRICS, config.metricsAddress()));
        } catch (IOException e) {
            if (admin != null) {
                admin.close();
            }
            throw e;
        }
    }

    private static @Nullable AdminPort open(
            MemberFacts facts, AdminPort.Member member, AdminPort.Content content, @Nullable InetSocketAddress address)
            throws IOException {
        return address == null ? null : AdminPort.open(facts, member, content, address);
    }

    /** {@return the address that was bound; null for none} */
    @Nullable
    InetSocketAddress adminAddress() {
        return admin == null ? null : admin.address();
    }

    /** {@return the address that was bound; null for none} */
    @Nullable
    InetSocketAddress metricsAddress() {
        return metrics == null ? null : metrics.address();
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close();
        }
        if (metrics != null) {
            metrics.close();
        }
    }
}
