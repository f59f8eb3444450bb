package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.pinfold.testing.scene.Servers;
import io.pinfold.testing.scene.SideBySide;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same lost reply for Curator 5.9.0's queues and for ours, side by side, on the same server and network. */
class QueueComparedWithCuratorInteropTest extends QueueContract {
    private static final int CREATE2 = 15;
    private static final int DELETE = 2;
    private CuratorScene curator;

    @Override
    protected Servers.Kind kind() {
        return Servers.Kind.PINFOLD;
    }

    @BeforeEach
    void startCurator() {
        curator = open(new CuratorScene(network.connectString(), path + "-curator"));
    }

    @Test
    void aPutWhoseReplyIsLost() throws Exception {
        SimpleDistributedQueue simple = new SimpleDistributedQueue(curator.client(), path + "-simple");
        simple.offer("warm-up".getBytes(UTF_8));
        simple.poll();
        DistributedQueue<String> curators = open(curator.builder(null).buildQueue());
        curators.start();
        queue.put("warm-up");
        next(queue).ack();

        loseReply(CREATE2);
        simple.offer("once".getBytes(UTF_8));
        loseReply(CREATE2);
        curators.put("once");
        await().until(() -> !other.children(path + "-curator").isEmpty());
        curators.flushPuts(10, TimeUnit.SECONDS);
        loseReply(MULTI);
        queue.put("once");

        int ofSimple = other.children(path + "-simple").size();
        int ofCurators = other.children(path + "-curator").size();
        SideBySide.print(
                "a put whose reply is lost",
                ofSimple + " items in the simple queue, " + ofCurators + " in the other one",
                theirs.size() + " item");
        assertEquals(2, ofSimple, "Curator's simple queue has it twice");
        assertEquals(2, ofCurators, "Curator's queue has it twice");
        assertEquals(1, theirs.size(), "ours has it once");
    }

    @Test
    void aTakeWhoseReplyIsLost() throws Exception {
        SimpleDistributedQueue simple = new SimpleDistributedQueue(curator.client(), path + "-simple");
        simple.offer("only".getBytes(UTF_8));
        queue.put("only");

        loseReply(DELETE);
        byte[] curators = simple.poll();
        loseReply(MULTI);
        Delivery<String> ours = next(queue);

        SideBySide.print(
                "a take of the only item, whose reply is lost",
                "gives " + (curators == null ? "nothing" : "the item") + ", and has "
                        + other.children(path + "-simple").size() + " items left",
                "gives the item: " + ours.item());
        assertNull(curators, "Curator's simple queue gives nothing");
        assertEquals(List.of(), other.children(path + "-simple"), "and has lost the item");
        assertEquals("only", ours.item(), "ours gives it");
        ours.ack();
        assertEquals(0, theirs.size());
    }

    private void loseReply(int opCode) {
        network.loseReply(opCode, 1);
    }
}
