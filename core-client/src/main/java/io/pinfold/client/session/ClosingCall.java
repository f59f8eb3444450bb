package io.pinfold.client.session;

import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import org.jspecify.annotations.Nullable;

/** The request that ends a session; the last one of a client. Confined to the client's loop. */
final class ClosingCall implements Call {
    private final byte[] frame;
    private boolean wanted;
    private boolean settled;
    private long deadlineNanos = Heartbeat.NEVER;

    ClosingCall() {
        JuteWriter out = new JuteWriter(12);
        Requests.writeFrame(out, 0, Request.CloseSession.INSTANCE);
        frame = out.toByteArray();
    }

    void want(long closeByNanos) {
        wanted = true;
        deadlineNanos = closeByNanos;
    }

    boolean isWanted() {
        return wanted;
    }

    @Override
    public byte[] frame() {
        return frame;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public @Nullable WatchRequest watch() {
        return null;
    }

    @Override
    public boolean isSettled() {
        return settled;
    }

    @Override
    public boolean keepsWaiting() {
        return true;
    }

    @Override
    public void leaving() {
        // nobody asks
    }

    @Override
    public boolean isUnderWay() {
        return wanted;
    }

    @Override
    public void replied(int err, JuteReader body) {
        settled = true;
    }

    @Override
    public void lost(Loss loss, Progress progress) {
        settled = true;
    }
}
