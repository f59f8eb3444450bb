package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadVersionException;
import io.pinfold.CreateMode;
import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.TransactionFailedException;
import io.pinfold.framework.GuardedWrites;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes that need a lease. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class GuardedWritesTest extends RecipeScene {
    private Lease lease;
    private GuardedWrites writes;
    private String account;

    @BeforeEach
    void hold() throws InterruptedException {
        lease = open(DistributedLock.at(client, path).acquire());
        writes = GuardedWrites.under(client, lease);
        account = path + "-account";
        client.create(account, new byte[] {1});
    }

    @Test
    void happenWhileTheLeaseIsInPlace() {
        String made = writes.create(account + "/n-", new byte[0], CreateMode.PERSISTENT_SEQUENTIAL);
        int version = writes.set(account, new byte[] {2}, 0).version();
        List<OpResult> results = writes.multi(Op.set(account, new byte[] {3}, version), Op.check(made));
        writes.delete(made, -1);

        assertEquals(2, results.size());
        assertArrayEquals(new byte[] {3}, client.get(account).data());
        assertTrue(client.children(account).isEmpty());
    }

    @Test
    void failLikeTheChangeItself() {
        assertThrows(BadVersionException.class, () -> writes.set(account, new byte[0], 7));
        TransactionFailedException refused = assertThrows(
                TransactionFailedException.class,
                () -> writes.multi(Op.check(account), Op.delete(account + "/none"), Op.check(account)));

        assertEquals(1, refused.failedOp());
        assertEquals(3, refused.codes().size());
    }

    @Test
    void areRefusedWithoutAskingWhenTheLeaseWasClosed() {
        lease.close();
        network.cut();

        assertThrows(LeaseLostException.class, () -> writes.delete(account, -1));
    }

    @Test
    void changeNothingWhenTheLeaseIsGoneThoughNobodyToldYet() {
        Lease blind = new ForwardingLease(lease) {
            @Override
            public LeaseState state() {
                return LeaseState.HELD; // as a process sees it that was stopped right behind its look
            }
        };
        GuardedWrites late = GuardedWrites.under(client, blind);
        other.delete(lease.path());

        assertThrows(LeaseLostException.class, () -> late.set(account, new byte[] {9}, -1));
        assertThrows(LeaseLostException.class, () -> late.multi(Op.delete(account)));
        assertArrayEquals(new byte[] {1}, client.get(account).data());
    }
}
