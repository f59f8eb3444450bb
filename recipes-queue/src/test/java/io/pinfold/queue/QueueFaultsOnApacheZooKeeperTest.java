package io.pinfold.queue;

import io.pinfold.testing.scene.Servers;

/** The queue over broken connections on a released Apache ZooKeeper server. */
class QueueFaultsOnApacheZooKeeperTest extends QueueFaultContractTest {
    @Override
    protected Servers.Kind kind() {
        return Servers.Kind.APACHE_ZOOKEEPER;
    }
}
