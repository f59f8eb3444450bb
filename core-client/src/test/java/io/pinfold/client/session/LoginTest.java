package io.pinfold.client.session;

import static io.pinfold.client.session.FakeWorld.SESSION;
import static io.pinfold.client.session.FakeWorld.TIMEOUT_MILLIS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import io.pinfold.wire.Xid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A client that logs in says nothing else before that is over. */
class LoginTest {
    /** Two steps: the challenge 1 is answered with 2, the challenge 3 is the end. */
    private final FakeWorld world = new FakeWorld(2, 1 << 20, new Login() {
        @Override
        public byte[] begin() {
            return new byte[0];
        }

        @Override
        public byte @Nullable [] answer(byte[] challenge) throws Refused {
            return switch (challenge[0]) {
                case 1 -> new byte[] {2};
                case 3 -> null;
                default -> throw new Refused("the server does not know the password", null);
            };
        }
    });

    private void challenge(int step) {
        world.reply(Xid.LOGIN, 0, 0, out -> ReplyBodies.writeToken(out, new byte[] {(byte) step}));
    }

    private Request.Sasl said() {
        return (Request.Sasl) world.nextRequest(Xid.LOGIN);
    }

    @Test
    void nothingElseIsSaidBeforeItIsOver() {
        world.start();
        TestCall call = world.submit(TestCall.get("/a"));
        world.attach();

        assertEquals(0, said().token().length);
        challenge(1);
        assertArrayEquals(new byte[] {2}, said().token());
        assertTrue(world.seen.isEmpty());
        assertEquals(List.of(), world.news);
        challenge(3);

        assertEquals(List.of("new " + SESSION + " " + TIMEOUT_MILLIS), world.news);
        assertEquals(new Request.GetData("/a", false), world.nextRequest(1));
        assertEquals(List.of(), call.fate);
    }

    @Test
    void aSessionIsNewUntilItsClientWasKnown() {
        world.start();
        world.attach();
        world.breakConnection();
        world.attach();
        said();
        said();
        challenge(1);
        challenge(3);

        assertEquals("new " + SESSION + " " + TIMEOUT_MILLIS, world.news.get(world.news.size() - 1));
        world.breakConnection();
        world.news.clear();
        world.pass(1000 * FakeWorld.MILLI);
        world.attach();
        challenge(3);
        assertEquals(List.of("again " + SESSION + " " + TIMEOUT_MILLIS), world.news);
    }

    @Test
    void aRefusalEndsTheClient() {
        world.start();
        TestCall call = world.submit(TestCall.get("/a"));
        world.attach();
        world.reply(Xid.LOGIN, -115);

        assertEquals(1, call.fate.size());
        assertTrue(call.fate.get(0).contains("AUTH"), call.fate.toString());
    }

    @Test
    void aServerThatDoesNotKnowThePasswordIsRefused() {
        world.start();
        TestCall call = world.submit(TestCall.get("/a"));
        world.attach();
        challenge(7);

        assertTrue(call.fate.get(0).contains("AUTH"), call.fate.toString());
    }

    @Test
    void aServerWithoutLoginsIsRefused() {
        world.start();
        TestCall call = world.submit(TestCall.get("/a"));
        world.attach();
        world.reply(Xid.LOGIN, 0, 0, out -> ReplyBodies.writeToken(out, null));

        assertTrue(call.fate.get(0).contains("AUTH"), call.fate.toString());
    }

    @Test
    void aServerThatSaysNoMoreIsLeft() {
        world.start();
        world.attach();
        world.pass(TIMEOUT_MILLIS * FakeWorld.MILLI);

        assertTrue(world.tried.size() > 1, world.news.toString());
    }
}
