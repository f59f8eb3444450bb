package io.pinfold.queue;

import io.pinfold.testing.scene.Servers;

/** The queue on a released Apache ZooKeeper server. */
class QueueOnApacheZooKeeperTest extends QueueContractTest {
    @Override
    protected Servers.Kind kind() {
        return Servers.Kind.APACHE_ZOOKEEPER;
    }
}
