package io.pinfold.client.session;

import io.pinfold.wire.MalformedFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The identities that each connection brings: sent before everything else, and answered in their own order, because
 * servers answer them out of turn. Confined to the client's loop.
 */
final class Credentials {
    private final List<Call> all = new ArrayList<>();
    private final ArrayDeque<Call> underWay = new ArrayDeque<>();

    void add(Call call) {
        all.removeIf(known -> Arrays.equals(known.frame(), call.frame()) && known.isSettled());
        all.add(call);
    }

    List<Call> all() {
        return all;
    }

    void sent(Call call) {
        call.leaving();
        underWay.add(call);
    }

    Call replied() throws MalformedFrame {
        Call call = underWay.poll();
        if (call == null) {
            throw new MalformedFrame("A reply to credentials that were not sent");
        }
        return call;
    }

    void detached() {
        underWay.clear();
    }
}
