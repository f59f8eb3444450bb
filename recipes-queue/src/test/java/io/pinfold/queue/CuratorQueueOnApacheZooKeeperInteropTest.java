package io.pinfold.queue;

import io.pinfold.testing.scene.Servers;

/** Curator's layouts on a released Apache ZooKeeper server. */
class CuratorQueueOnApacheZooKeeperInteropTest extends CuratorQueueContractTest {
    @Override
    protected Servers.Kind kind() {
        return Servers.Kind.APACHE_ZOOKEEPER;
    }
}
