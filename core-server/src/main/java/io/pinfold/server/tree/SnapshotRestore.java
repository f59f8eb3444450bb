package io.pinfold.server.tree;

import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;

/**
 * Makes a {@link DataTree} from what a {@link SnapshotCapture} wrote. The bytes may come in pieces of any size, and the
 * records in any order before the end record. Confined to one owner.
 */
public final class SnapshotRestore {
    private final JuteReader in = new JuteReader();
    /** The beginning of a record whose end is in a later piece. */
    private final JuteWriter rest = new JuteWriter();

    private final TreeBuilder tree = new TreeBuilder();
    private long zxid = -1;
    private boolean ended;

    /** Takes the next piece, which may be reused afterwards. */
    public void add(byte[] buffer, int offset, int length) throws MalformedFrame {
        int end = offset + length;
        int position = offset;
        while (rest.size() > 0 && position < end) {
            int missing = missingOfRest();
            int taken = Math.min(missing, end - position);
            rest.writeRaw(buffer, position, taken);
            position += taken;
            if (rest.size() >= 4 && missingOfRest() == 0) {
                readRecord(rest.array(), 4, rest.size() - 4);
                rest.reset();
            }
        }
        while (end - position >= 4) {
            int size = recordSize(buffer, position);
            if (size > end - position - 4) {
                break;
            }
            readRecord(buffer, position + 4, size);
            position += 4 + size;
        }
        rest.writeRaw(buffer, position, end - position);
    }

    private int missingOfRest() throws MalformedFrame {
        return rest.size() < 4 ? 4 - rest.size() : recordSize(rest.array(), 0) + 4 - rest.size();
    }

    private int recordSize(byte[] buffer, int offset) throws MalformedFrame {
        int size = in.reset(buffer, offset, offset + 4).readInt();
        if (size < 1) {
            throw new MalformedFrame("A record of the snapshot has the length " + size);
        }
        return size;
    }

    private void readRecord(byte[] buffer, int offset, int size) throws MalformedFrame {
        in.reset(buffer, offset, offset + size);
        byte kind = in.readByte();
        if (ended) {
            throw new MalformedFrame("The snapshot goes on behind its end");
        }
        switch (kind) {
            case SnapshotFormat.HEADER -> readHeader();
            case SnapshotFormat.SESSION -> readSession();
            case SnapshotFormat.NODE -> readNode();
            case SnapshotFormat.END -> readEnd();
            case SnapshotFormat.MEMBERSHIP -> readMembership();
            default -> throw new MalformedFrame("The snapshot has a record of the unknown kind " + kind);
        }
        if (in.remaining() != 0) {
            throw new MalformedFrame("A record of the snapshot is longer than its content");
        }
    }

    private void readHeader() throws MalformedFrame {
        int version = in.readInt();
        if (version != SnapshotFormat.VERSION) {
            throw new MalformedFrame("The snapshot has the format " + version
                    + "; this version of Pinfold reads format " + SnapshotFormat.VERSION);
        }
        if (zxid != -1) {
            throw new MalformedFrame("The snapshot has two headers");
        }
        zxid = in.readLong();
        if (zxid < 0) {
            throw new MalformedFrame("The snapshot has the negative zxid " + zxid);
        }
    }

    private void readSession() throws MalformedFrame {
        long id = in.readLong();
        tree.session(id, in.readInt());
    }

    private void readMembership() throws MalformedFrame {
        byte[] entry = in.readBuffer();
        if (entry == null) {
            throw new MalformedFrame("The snapshot has an empty membership");
        }
        tree.membership(entry);
    }

    private void readNode() throws MalformedFrame {
        tree.node(SnapshotFormat.readNode(in));
    }

    private void readEnd() throws MalformedFrame {
        int sessionCount = in.readInt();
        int nodeCount = in.readInt();
        if (sessionCount != tree.sessions() || nodeCount != tree.nodes()) {
            throw new MalformedFrame("The snapshot should hold " + nodeCount + " znodes and " + sessionCount
                    + " sessions, and holds " + tree.nodes() + " and " + tree.sessions());
        }
        ended = true;
    }

    /**
     * {@return the tree}
     *
     * @throws MalformedFrame if the snapshot is not complete or contradicts itself
     */
    public DataTree finish() throws MalformedFrame {
        if (!ended || zxid == -1 || rest.size() != 0) {
            throw new MalformedFrame("The snapshot is not complete");
        }
        return tree.build(zxid);
    }
}
