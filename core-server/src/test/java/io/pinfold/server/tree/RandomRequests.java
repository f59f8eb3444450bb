package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes requests that often meet each other: few paths, few versions, and all that a client may get wrong. */
final class RandomRequests {
    private static final String[] PATHS = {
        "/a", "/b", "/c", "/a/b", "/a/c", "/a/b/d", "/a/b/e", "/b/a", "/c/ü", "/zookeeper/quota/x", "/a/0000000001"
    };
    private static final String[] ODD_PATHS = {
        "",
        "/",
        "//",
        "/a/",
        "/a//b",
        "a",
        "a/b",
        "/a/./b",
        "/..",
        "/a\0b",
        "/a/\u0001",
        "/zookeeper",
        "/zookeeper/config",
        "/zookeeper/quota",
        "/missing/x",
        "/missing/",
        "/a/\ud83d\ude00"
    };
    private static final List<List<Acl>> ACLS = List.of(
            Acl.OPEN,
            Acl.READ_ONLY,
            List.of(new Acl(31, "digest", "bob:ikIaKsbtGweaHnb/jKn7OHqbunM=")),
            List.of(new Acl(1, "world", "anyone"), new Acl(1, "world", "anyone"), new Acl(31, "ip", "10.0.0.0/8")));
    private static final List<List<Acl>> ODD_ACLS =
            List.of(List.of(), Acl.CREATOR_ALL, List.of(new Acl(31, "nonsense", "x")));

    private final Random random;

    RandomRequests(Random random) {
        this.random = random;
    }

    Request next() {
        if (random.nextInt(5) != 0) {
            return random.nextInt(12) == 0 ? setAcl() : operation(false);
        }
        int size = random.nextInt(6);
        List<Request> ops = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            ops.add(operation(true));
        }
        return new Request.Multi(ops);
    }

    private Request operation(boolean inMulti) {
        int choice = random.nextInt(inMulti ? 100 : 90);
        if (choice < 45) {
            return create();
        } else if (choice < 65) {
            return new Request.Delete(path(), version());
        } else if (choice < 90) {
            return new Request.SetData(path(), data(), version());
        }
        return new Request.Check(path(), version());
    }

    private Request create() {
        if (random.nextInt(20) == 0) {
            long legal = 1 + random.nextInt(1000);
            return new Request.Create(OpCode.CREATE_TTL, path(), data(), acl(), 5 + random.nextInt(2), legal);
        }
        boolean odd = random.nextInt(20) == 0;
        int flags = odd ? random.nextInt(9) - 1 : random.nextInt(4);
        OpCode op = switch (random.nextInt(odd ? 4 : 10)) {
            case 0 -> OpCode.CREATE_CONTAINER;
            case 1 -> odd ? OpCode.CREATE_TTL : OpCode.CREATE;
            case 2, 3, 4 -> OpCode.CREATE2;
            default -> OpCode.CREATE;
        };
        long ttl = op == OpCode.CREATE_TTL ? random.nextInt(3) - 1 : -1;
        String path = flags > 1 && random.nextInt(3) == 0 ? path() + "/" : path();
        return new Request.Create(op, path, data(), acl(), flags, ttl);
    }

    private Request setAcl() {
        return new Request.SetAcl(path(), acl(), version());
    }

    private List<Acl> acl() {
        List<List<Acl>> choice = random.nextInt(25) == 0 ? ODD_ACLS : ACLS;
        return choice.get(random.nextInt(3) == 0 ? random.nextInt(choice.size()) : 0);
    }

    private String path() {
        String[] choice = random.nextInt(12) == 0 ? ODD_PATHS : PATHS;
        return choice[random.nextInt(choice.length)];
    }

    private int version() {
        return random.nextInt(3) == 0 ? random.nextInt(4) : -1;
    }

    private byte @Nullable [] data() {
        int length = random.nextInt(6) - 1;
        if (length < 0) {
            return null;
        }
        byte[] data = new byte[length];
        random.nextBytes(data);
        return data;
    }
}
