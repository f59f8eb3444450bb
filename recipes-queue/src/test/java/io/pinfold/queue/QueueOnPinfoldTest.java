package io.pinfold.queue;

import io.pinfold.testing.scene.Servers;

/** The queue on our own server. */
class QueueOnPinfoldTest extends QueueContractTest {
    @Override
    protected Servers.Kind kind() {
        return Servers.Kind.PINFOLD;
    }
}
