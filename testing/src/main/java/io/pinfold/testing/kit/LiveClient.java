package io.pinfold.testing.kit;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.Ensemble;
import io.pinfold.testing.FaultProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A client of a test, and its network: a proxy to each member. Immutable.
 *
 * @param client the client
 * @param network the proxies, by member
 */
record LiveClient(PinfoldClient client, List<FaultProxy> network) implements AutoCloseable {
    static LiveClient of(Ensemble ensemble, Function<String, PinfoldClient> connect) {
        List<FaultProxy> network = new ArrayList<>();
        for (int member = 1; member <= ensemble.size(); member++) {
            String address = ensemble.connectString(member);
            int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            network.add(network.isEmpty() ? FaultProxy.to(port) : network.get(0).beside(port));
        }
        String addresses = network.stream().map(FaultProxy::connectString).collect(Collectors.joining(","));
        return new LiveClient(connect.apply(addresses), network);
    }

    void isolate() {
        network.forEach(FaultProxy::isolate);
    }

    void restore() {
        network.forEach(FaultProxy::restore);
    }

    void disconnect() {
        network.forEach(FaultProxy::cut);
    }

    @Override
    public void close() {
        client.close();
        network.forEach(FaultProxy::close);
    }
}
