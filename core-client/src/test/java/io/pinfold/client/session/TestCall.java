package io.pinfold.client.session;

import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call that remembers what became of it. */
final class TestCall implements Call {
    private final byte[] frame;
    final List<String> fate;

    @Nullable
    WatchRequest watch;

    long deadline = Long.MAX_VALUE;
    boolean keepsWaiting = true;
    boolean cancelled;
    boolean readsALong;
    private boolean settled;
    private boolean underWay;
    private final String name;

    TestCall(String name, Request request, List<String> fate) {
        this.name = name;
        this.fate = fate;
        JuteWriter out = new JuteWriter();
        Requests.writeFrame(out, 0, request);
        frame = out.toByteArray();
    }

    /** A read of a path, with a fate of its own. */
    static TestCall get(String path) {
        return new TestCall(path, new Request.GetData(path, false), new ArrayList<>());
    }

    static TestCall get(String path, List<String> fate) {
        return new TestCall(path, new Request.GetData(path, false), fate);
    }

    TestCall watching(WatchRequest.Kind kind, WatchTarget target) {
        watch = new WatchRequest(kind, name, target);
        return this;
    }

    TestCall until(long nanos) {
        deadline = nanos;
        return this;
    }

    @Override
    public byte[] frame() {
        return frame;
    }

    @Override
    public long deadlineNanos() {
        return deadline;
    }

    @Override
    public @Nullable WatchRequest watch() {
        return watch;
    }

    @Override
    public boolean isSettled() {
        return settled || cancelled;
    }

    @Override
    public boolean keepsWaiting() {
        return keepsWaiting;
    }

    @Override
    public void leaving() {
        underWay = true;
    }

    @Override
    public boolean isUnderWay() {
        return underWay;
    }

    @Override
    public void replied(int err, JuteReader body) throws MalformedFrame {
        if (readsALong) {
            body.readLong();
        }
        settled = true;
        underWay = false;
        fate.add(name + " " + err);
    }

    @Override
    public void lost(Loss loss, Progress progress) {
        settled = true;
        underWay = false;
        fate.add(name + " " + loss + " " + progress);
    }
}
