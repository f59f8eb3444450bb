package io.pinfold.testing;

import io.pinfold.testing.Call.AclKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes up scenarios of clients that lose their connection, miss what others do meanwhile, and come back with the watches that
 * they had, lasting ones and others, as the clients of Apache ZooKeeper do; between that, transactions that fail and requests
 * with edges. Confined to one thread.
 */
final class ReturningScenario {
    private static final int SESSIONS = 3;
    private static final int SESSION_TIMEOUT = 30_000;
    /** In the order of setWatches2: data, exists, children, persistent, recursive. */
    private static final int KINDS = 5;

    private final Dice dice;
    private final String root;
    private final List<Step> steps = new ArrayList<>();
    private final List<List<List<String>>> watches = new ArrayList<>();
    private final boolean[] away = new boolean[SESSIONS];

    private ReturningScenario(long seed, String root) {
        this.dice = new Dice(seed);
        this.root = root;
        for (int session = 0; session < SESSIONS; session++) {
            List<List<String>> kinds = new ArrayList<>();
            for (int kind = 0; kind < KINDS; kind++) {
                kinds.add(new ArrayList<>());
            }
            watches.add(kinds);
        }
    }

    /** {@return about this many steps that touch nothing outside of a root of their own} */
    static List<Step> random(long seed, String root, int length) {
        ReturningScenario scenario = new ReturningScenario(seed, root);
        for (int session = 0; session < SESSIONS; session++) {
            scenario.steps.add(new Step.Open(session, SESSION_TIMEOUT, true));
        }
        scenario.send(0, List.of(Call.create(root, 0), Call.create(root + "/a", 0)));
        while (scenario.steps.size() < length) {
            scenario.addStep();
        }
        scenario.end();
        return scenario.steps;
    }

    private void addStep() {
        int session = dice.below(SESSIONS);
        int number = dice.below(100);
        if (away[session]) {
            comeBack(session);
        } else if (number < 30) {
            send(session, dice.some(4, () -> watch(session)));
        } else if (number < 75) {
            send(session, dice.some(8, this::change));
        } else if (number < 85) {
            send(session, List.of(edge()));
        } else if (session > 0) { // the first one stays and works
            steps.add(new Step.WrongPassword(session)); // which drops the connection
            away[session] = true;
        }
    }

    /** A client names all that it watched, and the last change that it saw, more or less. */
    private void comeBack(int session) {
        steps.add(new Step.Resume(session, true));
        away[session] = false;
        boolean lasting = dice.below(4) > 0;
        List<List<String>> kept = new ArrayList<>();
        watches.get(session).subList(0, lasting ? KINDS : 3).forEach(kind -> kept.add(List.copyOf(kind)));
        send(
                session,
                List.of(
                        Call.setWatches(lasting ? Call.SET_WATCHES2 : Call.SET_WATCHES, dice.below(10), kept),
                        Call.watches(Call.CHECK_WATCHES, path(), 1 + dice.below(KINDS))));
        if (dice.oneIn(3)) {
            watches.get(session).forEach(List::clear);
        }
    }

    private void end() {
        for (int session = 0; session < SESSIONS; session++) {
            if (away[session]) {
                comeBack(session);
            }
        }
        send(0, List.of(Call.setData(root, new byte[1], -1), Call.setData(root + "/a", new byte[1], -1)));
        for (int session = 0; session < SESSIONS; session++) {
            steps.add(new Step.Close(session, List.of()));
        }
        steps.add(new Step.Open(SESSIONS, SESSION_TIMEOUT, true));
        List<Call> reads = new ArrayList<>();
        for (String name : List.of("", "/a", "/b", "/a/a", "/a/b", "/s0000000000")) {
            reads.add(Call.read(Call.GET_CHILDREN2, root + name, false));
            reads.add(Call.read(Call.GET_DATA, root + name, false));
        }
        steps.add(new Step.Send(SESSIONS, reads));
        steps.add(new Step.Close(SESSIONS, List.of()));
    }

    private void send(int session, List<Call> calls) {
        steps.add(new Step.Send(session, calls));
    }

    private Call watch(int session) {
        String path = path();
        int kind = dice.below(KINDS);
        if (dice.oneIn(4)) {
            int op = dice.oneIn(4) ? Call.CHECK_WATCHES : Call.REMOVE_WATCHES;
            return Call.watches(op, path, 1 + dice.below(KINDS));
        }
        watches.get(session).get(kind).add(path);
        return switch (kind) {
            case 0 -> Call.read(Call.GET_DATA, path, true);
            case 1 -> Call.read(Call.EXISTS, path, true);
            case 2 -> Call.read(dice.pick(Call.GET_CHILDREN, Call.GET_CHILDREN2), path, true);
            default -> Call.watches(Call.ADD_WATCH, path, kind - 3);
        };
    }

    private Call change() {
        return dice.oneIn(4) ? Call.multi(Call.MULTI, dice.some(7, this::part)) : part();
    }

    /** What may stand in a transaction as well as alone. */
    private Call part() {
        return switch (dice.below(10)) {
            case 0, 1, 2 -> createOrDelete(true);
            case 3, 4 -> createOrDelete(false);
            case 5, 6, 7 -> Call.setData(path(), dice.data(), dice.version());
            case 8 -> Call.create(Call.CREATE_CONTAINER, path(), dice.data(), AclKind.OPEN, 4, -1);
            default -> Call.create(dice.pick(Call.CREATE, Call.CREATE2), path() + "/s", null, AclKind.OPEN, 2, -1);
        };
    }

    private Call createOrDelete(boolean create) {
        return create
                ? Call.create(
                        dice.pick(Call.CREATE, Call.CREATE2), path(), dice.data(), AclKind.OPEN, dice.pick(0, 0, 1), -1)
                : Call.delete(path(), dice.version());
    }

    /** Records with more than they need, or less, and values that hardly anybody sends. */
    private Call edge() {
        return switch (dice.below(9)) {
            case 0 -> Call.longer(change(), 1 + dice.below(9));
            case 1 -> Call.longer(Call.read(Call.GET_DATA, path(), true), 3);
            case 2 -> Call.setData("/zookeeper/config", dice.data(), -1);
            case 3 -> Call.multi(Call.MULTI, List.of(part(), Call.multi(Call.MULTI, List.of(part()))));
            case 4 -> Call.multi(dice.pick(Call.MULTI, Call.MULTI_READ), List.of());
            case 5 -> Call.setData(path(), dice.data(), dice.pick(Integer.MAX_VALUE, Integer.MIN_VALUE, -7));
            case 6 -> Call.read(Call.GET_CHILDREN2, dice.oneOf("/zookeeper", "/zookeeper/quota", ""), false);
            case 7 ->
                Call.multi(
                        Call.MULTI_READ,
                        List.of(
                                Call.read(Call.GET_DATA, path(), true),
                                Call.read(Call.GET_CHILDREN, path(), true),
                                Call.read(Call.GET_DATA, root + "/none", false)));
            default -> Call.watches(dice.pick(Call.CHECK_WATCHES, Call.REMOVE_WATCHES), path(), dice.pick(0, 6, -1));
        };
    }

    private String path() {
        return dice.path(root);
    }
}
