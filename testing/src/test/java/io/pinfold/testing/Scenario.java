package io.pinfold.testing;

import io.pinfold.testing.Call.AclKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes up scenarios: the same steps for the same seed and root. Confined to one thread. */
final class Scenario {
    private static final int SESSIONS = 4;
    private static final int SESSION_TIMEOUT = 30_000;
    private static final int[] LEGAL_FLAGS = {0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3};
    private static final int[] READS = {
        Call.EXISTS, Call.EXISTS, Call.GET_DATA, Call.GET_DATA, Call.GET_CHILDREN, Call.GET_CHILDREN2
    };

    private enum Connection {
        NONE,
        OPEN,
        BROKEN,
        CLOSED
    }

    private final Dice dice;
    private final String root;
    private final List<Step> steps = new ArrayList<>();
    private final Connection[] connections = {Connection.NONE, Connection.NONE, Connection.NONE, Connection.NONE};

    private Scenario(long seed, String root) {
        this.dice = new Dice(seed);
        this.root = root;
    }

    /** {@return about this many steps that touch nothing outside of a root of their own} */
    static List<Step> random(long seed, String root, int length) {
        Scenario scenario = new Scenario(seed, root);
        scenario.begin();
        scenario.play(length);
        scenario.end();
        return scenario.steps;
    }

    /** {@return steps with a restart of the servers in between, over which sessions and znodes are to live on} */
    static List<Step> withRestart(long seed, String root, int length) {
        Scenario scenario = new Scenario(seed, root);
        scenario.begin();
        scenario.play(length);
        scenario.restart();
        scenario.play(2 * length);
        scenario.end();
        return scenario.steps;
    }

    private void begin() {
        open(0);
        steps.add(new Step.Send(0, List.of(Call.create(root, 0), Call.create(root + "/a", 0))));
        open(1);
    }

    private void play(int length) {
        while (steps.size() < length) {
            addStep();
        }
    }

    private void restart() {
        steps.add(new Step.Restart());
        for (int session = 0; session < SESSIONS; session++) {
            if (connections[session] == Connection.OPEN) {
                connections[session] = Connection.BROKEN;
            }
        }
        inspectEverything();
    }

    private void end() {
        for (int session = 0; session < SESSIONS; session++) {
            if (connections[session] == Connection.BROKEN) {
                resume(session);
            }
            if (connections[session] == Connection.OPEN) {
                close(session, 0);
            }
        }
        inspectEverything();
    }

    private void inspectEverything() {
        steps.add(new Step.Open(SESSIONS, SESSION_TIMEOUT, true));
        steps.add(new Step.Send(
                SESSIONS,
                List.of(
                        Call.read(Call.GET_CHILDREN2, root, false),
                        // what is beside the root depends on when the sessions of earlier scenarios end
                        Call.plain(Call.GET_ALL_CHILDREN_NUMBER, root))));
        List<Call> reads = new ArrayList<>();
        for (String name : List.of("/a", "/b", "/ü \u4e2d", "/s0000000000", "/s0000000001")) {
            reads.add(Call.read(Call.GET_CHILDREN2, root + name, false));
            reads.add(Call.read(Call.GET_DATA, root + name, false));
        }
        steps.add(new Step.Send(SESSIONS, reads));
        steps.add(new Step.Close(SESSIONS, List.of()));
    }

    private void addStep() {
        int session = dice.below(SESSIONS);
        switch (connections[session]) {
            case NONE -> open(session);
            case BROKEN -> resume(session);
            case CLOSED -> {
                steps.add(new Step.Resume(session, true)); // to be refused
                open(session);
            }
            case OPEN -> use(session);
        }
    }

    private void use(int session) {
        int number = dice.below(100);
        if (number < 62) {
            steps.add(new Step.Send(session, List.of(call())));
        } else if (number < 87) {
            steps.add(new Step.Send(session, calls(2 + dice.below(12))));
        } else if (number < 90) {
            close(session, dice.below(4));
        } else if (number < 95) {
            resume(session);
        } else if (number < 97) {
            breakOff(session);
        } else {
            addOddHandshake(session);
        }
    }

    private void open(int session) {
        steps.add(new Step.Open(session, SESSION_TIMEOUT, dice.below(4) > 0));
        connections[session] = Connection.OPEN;
    }

    private void close(int session, int callsBefore) {
        steps.add(new Step.Close(session, calls(callsBefore)));
        connections[session] = Connection.CLOSED;
    }

    private void resume(int session) {
        steps.add(new Step.Resume(session, dice.coin()));
        connections[session] = Connection.OPEN;
        if (dice.below(3) > 0) {
            steps.add(new Step.Send(session, List.of(setWatches(), call())));
        }
    }

    /** Requests after which the server hangs up. They go alone: Apache ZooKeeper may answer them before earlier ones. */
    private void breakOff(int session) {
        steps.add(new Step.Send(session, List.of(dice.coin() ? Call.bare(9999) : Call.check(path(), -1))));
        connections[session] = Connection.BROKEN;
    }

    private void addOddHandshake(int session) {
        switch (dice.below(3)) {
            case 0 -> {
                steps.add(new Step.WrongPassword(session));
                connections[session] = Connection.BROKEN;
            }
            case 1 -> steps.add(new Step.FromTheFuture());
            default ->
                steps.add(new Step.Negotiate(
                        dice.pick(Integer.MIN_VALUE, -1, 0, 10, 999, 1000, 30_000, 60_001, Integer.MAX_VALUE)));
        }
    }

    private List<Call> calls(int count) {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(call());
        }
        return calls;
    }

    private Call call() {
        int number = dice.below(100);
        if (number < 46) {
            return write();
        } else if (number < 70) {
            return Call.read(READS[dice.below(READS.length)], pathToRead(), dice.below(3) > 0);
        } else if (number < 78) {
            return multi();
        } else if (number < 81) {
            return multiRead();
        } else if (number < 92) {
            return watchCall();
        } else if (number < 98) {
            return rareRead();
        }
        return malformed();
    }

    private Call write() {
        int number = dice.below(100);
        if (number < 60) {
            return create();
        } else if (number < 72) {
            return delete();
        } else if (number < 96) {
            return setData();
        }
        return Call.setAcl(
                pathToChange(),
                dice.oneOf(AclKind.OPEN, AclKind.OPEN_TWICE, AclKind.EMPTY, AclKind.NULL, AclKind.UNKNOWN_SCHEME),
                dice.version());
    }

    private Call create() {
        if (dice.oneIn(40)) {
            // other flags with this operation kill Apache ZooKeeper
            return Call.create(
                    Call.CREATE_TTL, anyPath(), dice.data(), AclKind.OPEN, dice.pick(5, 6), dice.pick(1000, 0, -1));
        }
        AclKind acl = dice.oneIn(30)
                ? dice.oneOf(AclKind.OPEN, AclKind.OPEN_TWICE, AclKind.EMPTY, AclKind.NULL, AclKind.UNKNOWN_SCHEME)
                : AclKind.OPEN;
        return create(acl, dice.oneIn(25) ? dice.pick(4, 5, 6, 7, -1, 100) : dice.pick(LEGAL_FLAGS));
    }

    /**
     * Within a transaction, Apache ZooKeeper calls the whole transaction malformed when a flag does not exist or the
     * list is null, and makes a container where alone it would not; ours answers as it does to the same alone.
     */
    private Call createInMulti() {
        AclKind acl = dice.oneIn(30) ? dice.oneOf(AclKind.EMPTY, AclKind.UNKNOWN_SCHEME) : AclKind.OPEN;
        return create(acl, dice.pick(LEGAL_FLAGS));
    }

    private Call create(AclKind acl, int flags) {
        int op = dice.oneIn(8) ? Call.CREATE_CONTAINER : dice.pick(Call.CREATE, Call.CREATE2);
        boolean sequential = op != Call.CREATE_CONTAINER && (flags == 2 || flags == 3);
        String path = sequential ? path() + dice.oneOf("/s", "/s", "/s", "/") : anyPath();
        return Call.create(op, path, dice.data(), acl, op == Call.CREATE_CONTAINER ? 4 : flags, -1);
    }

    private Call delete() {
        return Call.delete(
                dice.oneIn(20) ? dice.oneOf("/", "/zookeeper", "/zookeeper/quota") : anyPath(), dice.version());
    }

    private Call setData() {
        return Call.setData(pathToChange(), dice.data(), dice.version());
    }

    private Call multi() {
        return Call.multi(Call.MULTI, dice.some(6, this::partOfMulti));
    }

    private Call partOfMulti() {
        int number = dice.below(100);
        if (number < 40) {
            return createInMulti();
        } else if (number < 60) {
            return delete();
        } else if (number < 80) {
            return setData();
        } else if (number < 99) {
            return Call.check(anyPath(), dice.version());
        }
        return Call.read(Call.GET_DATA, path(), false); // not allowed here
    }

    private Call multiRead() {
        List<Call> reads = dice.some(5, this::partOfMultiRead);
        if (!reads.isEmpty() && dice.oneIn(40)) {
            reads.add(Call.delete(
                    path(), -1)); // not allowed here; alone, the answer of Apache ZooKeeper has a body too many
        }
        return Call.multi(Call.MULTI_READ, reads);
    }

    private Call partOfMultiRead() {
        return Call.read(dice.coin() ? Call.GET_DATA : Call.GET_CHILDREN, anyPath(), false);
    }

    private Call watchCall() {
        int number = dice.below(10);
        if (number < 5) {
            return Call.watches(Call.ADD_WATCH, path(), dice.oneIn(30) ? dice.pick(2, -1) : dice.below(2));
        }
        int op = dice.oneIn(3) ? Call.REMOVE_WATCHES : Call.CHECK_WATCHES;
        return Call.watches(op, path(), dice.oneIn(20) ? dice.pick(0, 6) : 1 + dice.below(5));
    }

    private Call setWatches() {
        boolean lasting = dice.coin();
        List<List<String>> lists = new ArrayList<>();
        for (int i = 0; i < (lasting ? 5 : 3); i++) {
            lists.add(dice.some(4, this::path));
        }
        return Call.setWatches(lasting ? Call.SET_WATCHES2 : Call.SET_WATCHES, dice.below(6), lists);
    }

    private Call rareRead() {
        return switch (dice.below(7)) {
            case 0 -> Call.plain(Call.GET_EPHEMERALS, dice.oneOf("/", root, path(), root + "/a"));
            case 1 -> Call.plain(Call.GET_ALL_CHILDREN_NUMBER, path()); // for "" Apache ZooKeeper counts one too many
            case 2 -> Call.bare(Call.WHO_AM_I);
            case 3 -> Call.plain(Call.SYNC, anyPath());
            case 4 -> Call.bare(Call.PING);
            case 5 -> setWatches();
            default -> Call.plain(Call.GET_ACL, anyPath());
        };
    }

    private Call malformed() {
        int op = dice.pick(
                Call.CREATE, Call.DELETE, Call.EXISTS, Call.GET_DATA, Call.SET_DATA, Call.GET_CHILDREN, Call.MULTI);
        byte[] body = new byte[dice.below(3)];
        return dice.coin()
                ? Call.malformed(op, body)
                : Call.malformed(op, new Jute().int32(0x7fffffff).raw(body).bytes());
    }

    private String path() {
        return dice.path(root);
    }

    private String anyPath() {
        return dice.oneIn(25) ? oddPath() : path();
    }

    /** Never the root of the whole tree, which other scenarios read. */
    private String pathToChange() {
        String path = anyPath();
        return path.isEmpty() ? path() : path;
    }

    /** Apache ZooKeeper answers -8 to some writes without a path; to us they are malformed like the others. */
    private @Nullable String pathToRead() {
        return dice.oneIn(100) ? null : anyPath();
    }

    private String oddPath() {
        return switch (dice.below(12)) {
            case 0 -> "";
            case 1 -> root + "/a/";
            case 2 -> root + "/";
            case 3 -> root + "//a";
            case 4 -> root + "/./a";
            case 5 -> root + "/..";
            case 6 -> "relative";
            case 7 -> "relative/path";
            case 8 -> root + "/\u0000";
            case 9 -> root + "/a\u0001";
            case 10 -> root + "/\ue000";
            case 11 -> root + "/\u0085";
            default -> root + "/\uffff";
        };
    }
}
