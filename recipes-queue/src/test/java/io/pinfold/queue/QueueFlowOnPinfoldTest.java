package io.pinfold.queue;

import io.pinfold.testing.scene.Servers;

/** Batches, streams and pauses of a queue on our own server. */
class QueueFlowOnPinfoldTest extends QueueFlowContractTest {
    @Override
    protected Servers.Kind kind() {
        return Servers.Kind.PINFOLD;
    }
}
