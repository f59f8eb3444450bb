package io.pinfold.testing;

import io.pinfold.testing.Call.AclKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes up scenarios of clients who authenticate, protect znodes from each other, set quotas and let znodes go by themselves.
 * Watches are lasting ones only: what becomes of one-shot watches whose event is withheld is a known difference. A
 * list is set by a request that goes alone: Apache ZooKeeper judges what follows closely by the old one. Confined to one
 * thread.
 */
final class GuardedScenario {
    private static final int SESSIONS = 4;
    private static final int SESSION_TIMEOUT = 30_000;
    private static final int[] READS = {Call.EXISTS, Call.GET_DATA, Call.GET_CHILDREN, Call.GET_CHILDREN2};

    private final Dice dice;
    private final String root;
    private final List<Step> steps = new ArrayList<>();
    /**
     * Whether there are quotas. Then requests go one by one: Apache ZooKeeper does not count what is in flight, and how much that
     * is depends on time.
     */
    private final boolean quotas;

    private GuardedScenario(long seed, String root) {
        this.dice = new Dice(seed);
        this.root = root;
        this.quotas = dice.coin();
    }

    /** {@return about this many steps that touch nothing outside of a root of their own} */
    static List<Step> random(long seed, String root, int length) {
        GuardedScenario scenario = new GuardedScenario(seed, root);
        scenario.begin();
        scenario.play(length);
        scenario.inspectEverything();
        return scenario.steps;
    }

    /** {@return steps with a restart of the servers in between} */
    static List<Step> withRestart(long seed, String root, int length) {
        GuardedScenario scenario = new GuardedScenario(seed, root);
        scenario.begin();
        scenario.play(length);
        scenario.steps.add(new Step.Restart());
        for (int session = 0; session < SESSIONS; session++) {
            scenario.steps.add(new Step.Resume(session, true));
        }
        scenario.play(2 * length);
        scenario.inspectEverything();
        return scenario.steps;
    }

    private void begin() {
        for (int session = 0; session < SESSIONS; session++) {
            steps.add(new Step.Open(session, SESSION_TIMEOUT, true));
        }
        send(0, Call.create(root, 0), Call.create(root + "/a", 0), Call.create("/zookeeper/quota" + root, 0));
        send(1, Call.auth("digest", "alice:pw"));
        send(2, Call.auth("digest", "bob:pw"));
    }

    private void play(int length) {
        while (steps.size() < length) {
            int session = dice.below(SESSIONS);
            int number = dice.below(100);
            if (number < 65) {
                send(session, call());
            } else if (number < 75) {
                send(session, Call.setAcl(path(), acl(), dice.version()));
            } else if (number < 88) {
                steps.add(new Step.Send(session, dice.some(quotas ? 1 : 10, this::call)));
            } else if (number < 96) {
                authenticate(session);
            } else {
                steps.add(new Step.Resume(session, dice.coin()));
            }
        }
    }

    private void authenticate(int session) {
        if (dice.oneIn(12)) {
            send(session, dice.oneOf(Call.auth("nonesuch", "x"), Call.auth("sasl", "x"), Call.auth("world", "anyone")));
            steps.add(new Step.Resume(session, true));
        } else if (dice.oneIn(8)) {
            send(session, Call.auth("digest", "super:pw"));
        } else {
            String credentials = dice.oneOf("alice:pw", "bob:pw", "carol:pw", "super:wrong", "alone", "", ":", "a:b:c");
            send(session, dice.oneIn(8) ? Call.auth("ip", credentials) : Call.auth("digest", credentials));
        }
    }

    /** As the super user, from whom nothing is hidden. */
    private void inspectEverything() {
        steps.add(new Step.Open(SESSIONS, SESSION_TIMEOUT, true));
        send(SESSIONS, Call.auth("digest", "super:pw"));
        for (String name : List.of("", "/a", "/b", "/\u00fc \u4e2d", "/s0000000000", "/a/a", "/a/b")) {
            String path = root + name;
            send(
                    SESSIONS,
                    Call.read(Call.GET_CHILDREN2, path, false),
                    Call.read(Call.GET_DATA, path, false),
                    Call.plain(Call.GET_ACL, path));
        }
        for (String path : List.of(quotaOf(root), quotaOf(root + "/a"))) {
            send(SESSIONS, Call.read(Call.GET_DATA, path + "/zookeeper_limits", false));
            send(SESSIONS, Call.read(Call.GET_DATA, path + "/zookeeper_stats", false));
        }
        steps.add(new Step.Close(SESSIONS, List.of()));
    }

    private void send(int session, Call... calls) {
        steps.add(new Step.Send(session, List.of(calls)));
    }

    private Call call() {
        int number = dice.below(100);
        if (number < 45) {
            return write();
        } else if (number < 60) {
            return Call.read(READS[dice.below(READS.length)], path(), false);
        } else if (number < 70) {
            return Call.plain(Call.GET_ACL, path());
        } else if (number < 76) {
            return Call.multi(Call.MULTI, dice.some(quotas ? 1 : 5, this::partOfMulti));
        } else if (number < 80) {
            return Call.multi(Call.MULTI_READ, dice.some(5, this::partOfMultiRead));
        } else if (number < 86) {
            return watchCall();
        } else if (number < 95 && quotas) {
            return quotaCall();
        }
        return dice.oneOf(
                Call.bare(Call.WHO_AM_I),
                Call.plain(Call.GET_ALL_CHILDREN_NUMBER, path()),
                Call.plain(Call.GET_EPHEMERALS, root));
    }

    private Call write() {
        int number = dice.below(100);
        if (number < 60) {
            return create();
        } else if (number < 78) {
            return Call.delete(path(), dice.version());
        }
        return Call.setData(path(), dice.data(), dice.version());
    }

    private Call create() {
        int kind = dice.below(10);
        if (kind == 0) {
            return Call.create(Call.CREATE_CONTAINER, path(), dice.data(), acl(), 4, -1);
        } else if (kind < 3) {
            long ttl = dice.oneOf(86_400_000L, 86_400_000L, 1L << 39, 0L, -1L, 1L << 40);
            int flags = dice.pick(5, 5, 6);
            String path = flags == 6 ? path() + "/s" : path();
            return Call.create(Call.CREATE_TTL, path, dice.data(), acl(), flags, ttl);
        }
        return createPlain(acl());
    }

    private Call createPlain(AclKind acl) {
        int flags = dice.pick(0, 0, 0, 1, 2, 3);
        String path = flags > 1 ? path() + "/s" : path();
        return Call.create(dice.pick(Call.CREATE, Call.CREATE2), path, dice.data(), acl, flags, -1);
    }

    private AclKind acl() {
        return dice.coin() ? AclKind.OPEN : dice.oneOf(AclKind.values());
    }

    private AclKind legalAcl() {
        return dice.oneOf(
                AclKind.OPEN,
                AclKind.OPEN,
                AclKind.ALICE,
                AclKind.ALICE_AND_READERS,
                AclKind.NO_DELETE,
                AclKind.THIS_MACHINE,
                AclKind.WHOEVER_AUTHENTICATED);
    }

    private Call partOfMulti() {
        return switch (dice.below(4)) {
            case 0 -> createPlain(legalAcl());
            case 1 -> Call.delete(path(), dice.version());
            case 2 -> Call.setData(path(), dice.data(), dice.version());
            default -> Call.check(path(), dice.version());
        };
    }

    private Call partOfMultiRead() {
        return Call.read(dice.pick(Call.GET_DATA, Call.GET_CHILDREN), path(), false);
    }

    private Call watchCall() {
        if (dice.coin()) {
            return Call.watches(Call.ADD_WATCH, path(), dice.below(2));
        }
        int op = dice.coin() ? Call.REMOVE_WATCHES : Call.CHECK_WATCHES;
        return Call.watches(op, path(), 1 + dice.below(5));
    }

    private static String quotaOf(String path) {
        return "/zookeeper/quota" + path;
    }

    /** In the order in which the command line of ZooKeeper makes a quota, more often than not. */
    private Call quotaCall() {
        String quota = quotaOf(dice.oneOf(root, root, root + "/a"));
        String limits = quota + "/zookeeper_limits";
        return switch (dice.below(10)) {
            case 0, 1 -> Call.create(Call.CREATE, limits, limit(), AclKind.OPEN, 0, -1);
            case 2, 3 ->
                Call.create(Call.CREATE, quota + "/zookeeper_stats", "count=0,bytes=0".getBytes(), AclKind.OPEN, 0, -1);
            case 4 -> Call.setData(limits, limit(), -1);
            case 5, 6 -> Call.read(Call.GET_DATA, quota + "/zookeeper_stats", false);
            case 7 -> Call.delete(dice.coin() ? limits : quota + "/zookeeper_stats", -1);
            case 8 -> Call.create(quotaOf(root + "/a"), 0);
            default -> Call.read(Call.GET_DATA, limits, false);
        };
    }

    private byte[] limit() {
        String text = "count=" + dice.pick(-1, 3) + ",bytes=" + dice.pick(-1, 10) + "=;byteHardLimit="
                + dice.pick(-1, 20, 3000) + ";countHardLimit=" + dice.pick(-1, -1, 4, 8);
        return text.getBytes();
    }

    private String path() {
        return dice.path(root);
    }
}
