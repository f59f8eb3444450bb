package io.pinfold.wire;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Makes records with arbitrary content; the same seed makes the same ones. Confined to one test. */
final class RandomRecords {
    private static final OpCode[] WRITES = {
        OpCode.CREATE,
        OpCode.CREATE2,
        OpCode.CREATE_CONTAINER,
        OpCode.CREATE_TTL,
        OpCode.DELETE,
        OpCode.SET_DATA,
        OpCode.CHECK
    };
    private static final OpCode[] READS = {OpCode.GET_DATA, OpCode.GET_CHILDREN};

    private final Random random;

    RandomRecords(Random random) {
        this.random = random;
    }

    Request request(OpCode op) {
        return switch (op) {
            case CREATE, CREATE2, CREATE_CONTAINER ->
                new Request.Create(op, text(), data(), acls(), random.nextInt(), -1);
            case CREATE_TTL -> new Request.Create(op, text(), data(), acls(), random.nextInt(), random.nextLong());
            case DELETE -> new Request.Delete(text(), random.nextInt());
            case EXISTS -> new Request.Exists(text(), random.nextBoolean());
            case GET_DATA -> new Request.GetData(text(), random.nextBoolean());
            case SET_DATA -> new Request.SetData(text(), data(), random.nextInt());
            case GET_ACL -> new Request.GetAcl(text());
            case SET_ACL -> new Request.SetAcl(text(), acls(), random.nextInt());
            case GET_CHILDREN -> new Request.GetChildren(text(), random.nextBoolean());
            case GET_CHILDREN2 -> new Request.GetChildren2(text(), random.nextBoolean());
            case SYNC -> new Request.Sync(text());
            case PING -> Request.Ping.INSTANCE;
            case CLOSE_SESSION -> Request.CloseSession.INSTANCE;
            case WHO_AM_I -> Request.WhoAmI.INSTANCE;
            case CHECK -> new Request.Check(text(), random.nextInt());
            case MULTI -> new Request.Multi(list(() -> request(WRITES[random.nextInt(WRITES.length)])));
            case MULTI_READ -> new Request.MultiRead(list(() -> request(READS[random.nextInt(READS.length)])));
            case RECONFIG ->
                new Request.Reconfig(
                        random.nextBoolean() ? null : text(),
                        random.nextBoolean() ? null : text(),
                        random.nextBoolean() ? null : text(),
                        random.nextLong());
            case CHECK_WATCHES -> new Request.CheckWatches(text(), random.nextInt());
            case REMOVE_WATCHES -> new Request.RemoveWatches(text(), random.nextInt());
            case AUTH -> new Request.Auth(random.nextInt(), text(), bytes(random.nextInt(40)));
            case SASL -> new Request.Sasl(bytes(random.nextInt(40)));
            case SET_WATCHES -> new Request.SetWatches(random.nextLong(), texts(), texts(), texts());
            case SET_WATCHES2 ->
                new Request.SetWatches2(random.nextLong(), texts(), texts(), texts(), texts(), texts());
            case GET_EPHEMERALS -> new Request.GetEphemerals(text());
            case GET_ALL_CHILDREN_NUMBER -> new Request.GetAllChildrenNumber(text());
            case ADD_WATCH -> new Request.AddWatch(text(), random.nextInt());
            case NOTIFICATION, DELETE_CONTAINER, ERROR, CREATE_SESSION ->
                throw new IllegalArgumentException(op + " is not a request");
        };
    }

    ConnectRequest connectRequest() {
        boolean hasFlag = random.nextBoolean();
        return new ConnectRequest(
                random.nextInt(),
                random.nextLong(),
                random.nextInt(),
                random.nextLong(),
                bytes(random.nextInt(20)),
                hasFlag && random.nextBoolean(),
                hasFlag);
    }

    ConnectResponse connectResponse() {
        boolean hasFlag = random.nextBoolean();
        return new ConnectResponse(
                random.nextInt(),
                random.nextInt(),
                random.nextLong(),
                bytes(FrameLimits.PASSWORD_BYTES),
                hasFlag && random.nextBoolean(),
                hasFlag);
    }

    ReplyHeader header() {
        return new ReplyHeader(random.nextInt(), random.nextLong(), random.nextInt());
    }

    WatcherEvent event() {
        return new WatcherEvent(random.nextInt(), random.nextInt(), text());
    }

    Stat stat() {
        return new Stat(
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextInt(),
                random.nextInt(),
                random.nextInt(),
                random.nextLong(),
                random.nextInt(),
                random.nextInt(),
                random.nextLong());
    }

    int number() {
        return random.nextInt();
    }

    List<Acl> acls() {
        return random.nextBoolean() ? Acl.OPEN : list(() -> new Acl(random.nextInt(), text(), text()));
    }

    List<AuthId> authIds() {
        return list(() -> new AuthId(text(), text()));
    }

    List<String> texts() {
        return list(this::text);
    }

    List<OpResult> multiResults() {
        return list(() -> switch (random.nextInt(6)) {
            case 0 -> new OpResult.Created(text(), null);
            case 1 -> new OpResult.Created(text(), stat());
            case 2 -> new OpResult.Deleted();
            case 3 -> new OpResult.Checked();
            case 4 -> new OpResult.DataSet(stat());
            default -> new OpResult.Failed(error());
        });
    }

    List<ReadResult> readResults() {
        return list(() -> switch (random.nextInt(3)) {
            case 0 -> new ReadResult.Data(data(), stat());
            case 1 -> new ReadResult.Children(texts());
            default -> new ReadResult.Failed(error());
        });
    }

    private ErrorCode error() {
        return ErrorCode.values()[random.nextInt(ErrorCode.values().length)];
    }

    private <T> List<T> list(Supplier<? extends T> element) {
        int size = random.nextInt(8) == 0 ? random.nextInt(60) : random.nextInt(4);
        List<T> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(element.get());
        }
        return list;
    }

    byte[] data() {
        return switch (random.nextInt(6)) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2 -> bytes(random.nextInt(2_000));
            default -> bytes(random.nextInt(30));
        };
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Mostly paths as people write them, sometimes characters of two, three and four bytes. */
    String text() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(20) == 0 ? random.nextInt(300) : random.nextInt(24);
        int rarity = 2 + random.nextInt(40);
        while (text.length() < length) {
            switch (random.nextInt(rarity)) {
                case 0 -> text.appendCodePoint(0xA0 + random.nextInt(0xD800 - 0xA0));
                case 1 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> text.append((char) ('/' + random.nextInt(70)));
            }
        }
        return text.toString();
    }
}
