package io.pinfold.testing.sim;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the requests of one client: on few paths, so that clients meet, with data that nobody else writes. Confined to the
 * world's thread.
 */
public final class Grammar {
    /** What may be asked for. */
    public enum Kind {
        CREATE,
        CREATE_SEQUENTIAL,
        CREATE_EPHEMERAL,
        CREATE_EPHEMERAL_SEQUENTIAL,
        CREATE_CONTAINER,
        CREATE_TTL,
        DELETE,
        SET_DATA,
        SET_ACL,
        MULTI,
        EXISTS,
        GET_DATA,
        GET_CHILDREN,
        GET_ACL,
        COUNT,
        EPHEMERALS,
        MULTI_READ,
        SYNC,
        WATCH,
        ADD_WATCH,
        REMOVE_WATCH
    }

    private static final int MOST_NUMBERED = 4;
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private final Stage stage;
    private final String actor;
    private final List<Kind> kinds;
    /** Znodes with a number in their names, which nobody else would ever delete. */
    private final ArrayDeque<String> numbered = new ArrayDeque<>();

    private int tokens;

    Grammar(Stage stage, String actor, List<Kind> kinds) {
        this.stage = stage;
        this.actor = actor;
        this.kinds = kinds;
    }

    /** {@return about half of all kinds, drawn by the seed, and always some that change something} */
    static List<Kind> swarm(Stage stage, String actor) {
        List<Kind> chosen = new ArrayList<>(List.of(Kind.CREATE, Kind.GET_DATA));
        for (Kind kind : Kind.values()) {
            if (stage.below(actor + ".swarm", 2) == 0) {
                chosen.add(kind);
            }
        }
        return chosen;
    }

    /** A znode was created under this name. */
    void created(String path) {
        numbered.add(path);
    }

    Request next() {
        if (numbered.size() > MOST_NUMBERED) {
            return new Request.Delete(numbered.remove(), -1);
        }
        Kind kind = kinds.get(pick("kind", kinds.size()));
        return switch (kind) {
            case CREATE,
                    CREATE_SEQUENTIAL,
                    CREATE_EPHEMERAL,
                    CREATE_EPHEMERAL_SEQUENTIAL,
                    CREATE_CONTAINER,
                    CREATE_TTL -> create(kind);
            case DELETE -> new Request.Delete(path(), version());
            case SET_DATA -> new Request.SetData(path(), data(), version());
            case SET_ACL -> new Request.SetAcl(path(), pick("acl", 2) == 0 ? Acl.OPEN : Acl.READ_ONLY, version());
            case MULTI -> multi();
            case EXISTS -> new Request.Exists(path(), false);
            case GET_DATA -> new Request.GetData(path(), false);
            case GET_CHILDREN -> new Request.GetChildren2(path(), false);
            case GET_ACL -> new Request.GetAcl(path());
            case COUNT -> new Request.GetAllChildrenNumber(path());
            case EPHEMERALS -> new Request.GetEphemerals("/");
            case MULTI_READ ->
                new Request.MultiRead(
                        List.of(new Request.GetData(path(), false), new Request.GetChildren(path(), false)));
            case SYNC -> new Request.Sync(path());
            case WATCH -> watch();
            case ADD_WATCH -> new Request.AddWatch(path(), pick("mode", 2));
            case REMOVE_WATCH -> new Request.RemoveWatches(path(), 1 + pick("type", 5));
        };
    }

    private Request watch() {
        return switch (pick("watch", 3)) {
            case 0 -> new Request.Exists(path(), true);
            case 1 -> new Request.GetData(path(), true);
            default -> new Request.GetChildren2(path(), true);
        };
    }

    private Request.Create create(Kind kind) {
        CreateMode mode = CreateMode.PERSISTENT;
        OpCode op = pick("form", 2) == 0 ? OpCode.CREATE : OpCode.CREATE2;
        String path = path();
        if (kind == Kind.CREATE_SEQUENTIAL) {
            mode = CreateMode.PERSISTENT_SEQUENTIAL;
        } else if (kind == Kind.CREATE_EPHEMERAL) {
            mode = CreateMode.EPHEMERAL;
        } else if (kind == Kind.CREATE_EPHEMERAL_SEQUENTIAL) {
            mode = CreateMode.EPHEMERAL_SEQUENTIAL;
        } else if (kind == Kind.CREATE_CONTAINER) {
            mode = CreateMode.CONTAINER;
            op = OpCode.CREATE_CONTAINER;
        } else if (kind == Kind.CREATE_TTL) {
            mode = CreateMode.PERSISTENT_WITH_TTL;
            op = OpCode.CREATE_TTL;
        }
        return new Request.Create(op, path, data(), Acl.OPEN, mode.flag(), mode.hasTtl() ? 1000 : -1);
    }

    private Request.Multi multi() {
        List<Request> ops = new ArrayList<>();
        int count = 1 + pick("parts", 4);
        for (int i = 0; i < count; i++) {
            ops.add(
                    switch (pick("part", 4)) {
                        case 0 -> create(pick("owner", 8) == 0 ? Kind.CREATE_EPHEMERAL_SEQUENTIAL : Kind.CREATE);
                        case 1 -> new Request.Delete(path(), -1);
                        case 2 -> new Request.SetData(path(), data(), version());
                        default -> new Request.Check(path(), version());
                    });
        }
        return new Request.Multi(ops);
    }

    private String path() {
        String top = "/" + NAMES.get(pick("path", NAMES.size()));
        return pick("depth", 3) == 0 ? top : top + '/' + NAMES.get(pick("path", NAMES.size()));
    }

    private int version() {
        return pick("version", 3) == 0 ? pick("versions", 4) : -1;
    }

    /** Tells every request of every client from every other one. */
    private byte[] data() {
        byte[] token = (actor + '#' + tokens++).getBytes(StandardCharsets.UTF_8);
        return pick("size", 20) == 0 ? java.util.Arrays.copyOf(token, 2000) : token;
    }

    private int pick(String what, int bound) {
        return stage.below(actor + '.' + what, bound);
    }
}
