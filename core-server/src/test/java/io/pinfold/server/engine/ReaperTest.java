package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.server.engine.EngineHarness.Client;
import io.pinfold.server.tree.DataTree;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReaperTest {
    private static final int MINUTE = 60_000;

    private final EngineHarness rim = rim(new Policy.Removal(MINUTE, 10_000, 0));
    private final Client client = rim.session();

    @Test
    void aContainerGoesSomeTimeAfterItsLastChildAndWatchesTell() {
        container(client, "/c");
        client.create("/c/child");
        client.send(new Request.Exists("/c", true));
        pass(rim, client, MINUTE);
        assertNotNull(rim.tree.get("/c"));

        client.send(new Request.Delete("/c/child", -1));
        client.received();
        rim.settle();
        assertNotNull(rim.tree.get("/c"));
        client.received();
        pass(rim, client, MINUTE);

        assertNull(rim.tree.get("/c"));
        assertTrue(client.received().contains("event NODE_DELETED /c"));
    }

    @Test
    void aContainerThatNeverHadAChildStays() {
        container(client, "/c");
        pass(rim, client, 60 * MINUTE);
        assertNotNull(rim.tree.get("/c"));
    }

    @Test
    void aContainerThatNeverHadAChildGoesAtAnAgeIfThePolicySaysSo() {
        EngineHarness strict = rim(new Policy.Removal(MINUTE, 10_000, 5 * MINUTE));
        Client alone = strict.session();
        container(alone, "/c");
        pass(strict, alone, 5 * MINUTE);
        assertNotNull(strict.tree.get("/c"));
        pass(strict, alone, 2 * MINUTE);
        assertNull(strict.tree.get("/c"));
    }

    @Test
    void aZnodeWithATimeToLiveGoesWhenItIsOver() {
        ttl(client, "/t", 90_000);
        pass(rim, client, MINUTE);
        assertNotNull(rim.tree.get("/t"));
        pass(rim, client, MINUTE);
        assertNull(rim.tree.get("/t"));
    }

    @Test
    void newDataBeginsTheTimeToLiveAnew() {
        ttl(client, "/t", 90_000);
        pass(rim, client, MINUTE);
        client.send(new Request.SetData("/t", null, -1));
        pass(rim, client, MINUTE);
        assertNotNull(rim.tree.get("/t"));
        pass(rim, client, MINUTE);
        assertNull(rim.tree.get("/t"));
    }

    @Test
    void aZnodeWithChildrenOutlivesItsTime() {
        ttl(client, "/t", 1);
        client.create("/t/child");
        pass(rim, client, 3 * MINUTE);
        assertNotNull(rim.tree.get("/t"));
        client.send(new Request.Delete("/t/child", -1));
        pass(rim, client, MINUTE);
        assertNull(rim.tree.get("/t"));
    }

    @Test
    void whatIsBeingChangedStays() {
        ttl(client, "/t", 1);
        rim.settle();
        rim.at(rim.nowMillis + MINUTE + 1);
        client.create("/t/child");
        rim.settle();
        assertNotNull(rim.tree.get("/t/child"));
    }

    @Test
    void goesNoFasterThanThePolicySays() {
        EngineHarness slow = rim(new Policy.Removal(MINUTE, 60, 0));
        Client alone = slow.session();
        for (int i = 0; i < 9; i++) {
            ttl(alone, "/t" + i, 1);
            slow.settle();
        }
        pass(slow, alone, MINUTE);
        int before = slow.tree.nodeCount();
        for (int i = 1; i <= 5; i++) {
            tick(slow, alone, 1000);
            assertEquals(before - i, slow.tree.nodeCount());
        }
    }

    @Test
    void everythingThatIsDueIsFoundHoweverMuchThereIs() {
        EngineHarness fast = rim(new Policy.Removal(MINUTE, 1_000_000, 0));
        Client alone = fast.session();
        for (int i = 0; i < 5000; i++) {
            ttl(alone, "/t" + i, i % 10 == 0 ? 1 : 1_000_000_000);
            fast.settle();
        }
        int before = fast.tree.nodeCount();
        pass(fast, alone, MINUTE);
        for (int i = 0; i < 20; i++) {
            tick(fast, alone, 100);
        }
        assertEquals(before - 500, fast.tree.nodeCount());
    }

    @Test
    void removalsAreTransactionsOfNobody() {
        ttl(client, "/t", 1);
        rim.settle();
        int logged = rim.log.size();
        pass(rim, client, MINUTE + 1);
        assertEquals(logged + 1, rim.log.size());
    }

    @Test
    void aTimeToLiveIsCheckedLikeZooKeeperDoes() {
        ttl(client, "/zero", 0);
        ttl(client, "/long", 1L << 40);
        ttl(client, "/longest", (1L << 40) - 1);
        client.send(new Request.Create(OpCode.CREATE2, "/none", null, Acl.OPEN, 5, -1));
        client.send(new Request.Create(OpCode.CREATE_TTL, "/odd", null, Acl.OPEN, 0, -1));
        rim.settle();
        assertEquals(List.of("1 -8", "2 -8", "3 0", "4 -8", "5 -8"), client.received());
    }

    @Test
    void aTimeToLiveIsNotImplementedUnlessThePolicySaysSo() {
        EngineHarness plain = new EngineHarness();
        Client alone = plain.session();
        ttl(alone, "/t", 1000);
        plain.settle();
        assertEquals(List.of("1 -6"), alone.received());
    }

    private static EngineHarness rim(Policy.Removal removal) {
        return new EngineHarness(new DataTree(), 1, EngineHarness.options(new Policy(true, "", true, false, removal)));
    }

    private static void container(Client client, String path) {
        client.send(new Request.Create(OpCode.CREATE_CONTAINER, path, null, Acl.OPEN, CreateMode.CONTAINER.flag(), -1));
    }

    private static void ttl(Client client, String path, long millis) {
        client.send(new Request.Create(
                OpCode.CREATE_TTL, path, null, Acl.OPEN, CreateMode.PERSISTENT_WITH_TTL.flag(), millis));
    }

    /** Lets time pass, with a client that keeps its session. */
    private static void pass(EngineHarness rim, Client client, int millis) {
        rim.settle();
        for (int passed = 0; passed < millis; passed += 5000) {
            tick(rim, client, Math.min(5000, millis - passed));
        }
    }

    private static void tick(EngineHarness rim, Client client, int millis) {
        rim.at(rim.nowMillis + millis);
        client.send(new Request.Ping());
        rim.settle();
    }
}
