package io.pinfold.queue;

import io.pinfold.Op;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The layouts of Curator's queues: one directory of items, and one of locks, by whose names Curator's consumers exclude each
 * other and us. What is ours alone is elsewhere, since Curator takes every child of its directory for an item. Immutable.
 *
 * @param kind which of them
 * @param root the directory of the items
 * @param claims the directory of the locks
 */
record CuratorLayout(CuratorQueueKind kind, String root, String claims) implements Layout {
    private static final String CLAIM = "c-";
    private static final int VERSION = 0x00010001;
    private static final byte ITEM = 1;
    private static final byte END = 2;
    private static final int FRAME = 2 * Integer.BYTES + 2;

    CuratorLayout {
        ZnodePath.check(root);
        ZnodePath.check(claims);
    }

    @Override
    public String items() {
        return root;
    }

    @Override
    public boolean isFlat() {
        return true;
    }

    @Override
    public String bucket(int number) {
        return root;
    }

    @Override
    public Op checkOfBucket(int number) {
        return Op.check(root);
    }

    @Override
    public String claim(Item item, String guid) {
        return claims + '/' + CLAIM + guid;
    }

    @Override
    public boolean isMarker(String name) {
        return !name.startsWith(CLAIM);
    }

    @Override
    public String aside() {
        return root + "-pinfold";
    }

    @Override
    public List<String> roots() {
        return List.of(root, claims, aside());
    }

    @Override
    public List<String> directories() {
        return List.of(producers(), clock());
    }

    @Override
    public Optional<Item> parse(int bucket, String name) {
        return kind.parse(name);
    }

    @Override
    public String request(PutOptions options, long due, String id) {
        return kind.request(options, due);
    }

    @Override
    public byte[] write(Envelope envelope) {
        byte[] payload = envelope.payload();
        if (kind == CuratorQueueKind.SIMPLE) {
            return payload;
        }
        return ByteBuffer.allocate(payload.length + FRAME)
                .putInt(VERSION)
                .put(ITEM)
                .putInt(payload.length)
                .put(payload)
                .put(END)
                .array();
    }

    @Override
    public Envelope read(Item item, byte[] data) {
        byte[] payload = kind == CuratorQueueKind.SIMPLE ? data : unpack(ByteBuffer.wrap(data));
        return new Envelope(kind.idOf(item).orElse(null), null, 0, null, payload);
    }

    private static byte[] unpack(ByteBuffer in) {
        try {
            int version = in.getInt();
            byte opcode = in.get();
            int length = in.getInt();
            if (version != VERSION || opcode != ITEM || length < 0 || length > in.remaining() - 1) {
                throw new IllegalArgumentException("No item of Curator's queues begins like that");
            }
            byte[] payload = new byte[length];
            in.get(payload);
            if (in.get() != END) {
                throw new IllegalArgumentException("Several items in one znode, as Curator's putMulti makes them");
            }
            return payload;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("The bytes of an item end too early", e);
        }
    }

    @Override
    public int deliveries(Stat item) {
        return 0; // Curator's consumers leave no trace
    }

    @Override
    public void check(PutOptions options) {
        kind.check(options);
    }
}
