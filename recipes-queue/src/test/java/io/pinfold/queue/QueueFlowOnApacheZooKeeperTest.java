package io.pinfold.queue;

import io.pinfold.testing.scene.Servers;

/** Batches, streams and pauses of a queue on a released Apache ZooKeeper server. */
class QueueFlowOnApacheZooKeeperTest extends QueueFlowContractTest {
    @Override
    protected Servers.Kind kind() {
        return Servers.Kind.APACHE_ZOOKEEPER;
    }
}
