package io.pinfold.testing.sim.oracle;

import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.util.HashMap;
import java.util.Map;

/**
 * Before a reply that shows a change come the events of that change and of all before it, each that is owed and no other:
 * one-shot watches tell once, lasting ones of every change, renewed ones of what was missed.
 */
final class WatchBeforeRead implements Invariant {
    private final Map<Long, WatchLedger> ledgers = new HashMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Told told) {
            WatchLedger ledger = ledger(told.connection());
            ledger.told(told);
            if (told.zxid() > 0) {
                ledger.advance(scene.model(), told.zxid(), true);
            }
        } else if (fact instanceof Fact.HungUp hungUp) {
            ledgers.remove(hungUp.connection());
        }
        Question question = scene.answered();
        if (question == null || question.header == null || question.conversation.wild || question.header.zxid() <= 0) {
            return;
        }
        WatchLedger ledger = ledger(question.conversation.connection);
        ledger.advance(scene.model(), question.header.zxid(), false);
        State state = scene.model().at(question.header.zxid());
        if (state != null) {
            answered(ledger, question, question.header.err(), state);
        }
        ledger.requireNothingMore();
    }

    private WatchLedger ledger(long connection) {
        return ledgers.computeIfAbsent(connection, id -> new WatchLedger(id, name()));
    }

    private static void answered(WatchLedger ledger, Question question, int error, State state) {
        Request request = question.request;
        if (request instanceof Request.Exists read && read.watch()) {
            if (error == 0 || error == io.pinfold.ErrorCode.NO_NODE.number()) {
                ledger.data.add(read.path());
            }
        } else if (error != 0) {
            return;
        } else if (request instanceof Request.GetData read && read.watch()) {
            ledger.data.add(read.path());
        } else if (request instanceof Request.GetChildren read && read.watch()) {
            ledger.child.add(read.path());
        } else if (request instanceof Request.GetChildren2 read && read.watch()) {
            ledger.child.add(read.path());
        } else if (request instanceof Request.AddWatch add) {
            (add.mode() == 0 ? ledger.persistent : ledger.recursive).add(add.path());
        } else if (request instanceof Request.RemoveWatches remove) {
            ledger.remove(remove.path(), remove.type());
        } else if (request instanceof Request.SetWatches set) {
            ledger.restore(state, set.relativeZxid(), set.data(), set.exist(), set.child());
        } else if (request instanceof Request.SetWatches2 set) {
            ledger.restore(state, set.relativeZxid(), set.data(), set.exist(), set.child());
            ledger.persistent.addAll(set.persistent());
            ledger.recursive.addAll(set.persistentRecursive());
        } else if (question.request.opCode() == OpCode.CLOSE_SESSION) {
            ledger.requireNothingMore();
        }
    }
}
