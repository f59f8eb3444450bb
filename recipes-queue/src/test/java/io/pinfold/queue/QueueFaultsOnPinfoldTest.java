package io.pinfold.queue;

import io.pinfold.testing.scene.Servers;

/** The queue over broken connections on our own server. */
class QueueFaultsOnPinfoldTest extends QueueFaultContractTest {
    @Override
    protected Servers.Kind kind() {
        return Servers.Kind.PINFOLD;
    }
}
