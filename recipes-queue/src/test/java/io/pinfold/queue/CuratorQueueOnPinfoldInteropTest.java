package io.pinfold.queue;

import io.pinfold.testing.scene.Servers;

/** Curator's layouts on three members of our own. */
class CuratorQueueOnPinfoldInteropTest extends CuratorQueueContractTest {
    @Override
    protected Servers.Kind kind() {
        return Servers.Kind.ENSEMBLE;
    }
}
