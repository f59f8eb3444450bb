package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as bytes: one byte that says which, then the fields in the order of the record. Stateless.
 *
 * <p>Reading is total: any bytes give a message or a {@link MalformedFrame}, and nothing is allocated beyond their length.
 */
public final class MessageCodec {
    /** Types of messages are from 1 to this; higher ones belong to others who use the same links. */
    public static final int LAST_TYPE = 31;

    private static final int VOTE_REQUEST = 1;
    private static final int VOTE_REPLY = 2;
    private static final int APPEND = 3;
    private static final int APPEND_REPLY = 4;
    private static final int SNAPSHOT_BLOCK = 5;
    private static final int SNAPSHOT_REPLY = 6;
    private static final int TIMEOUT_NOW = 7;
    private static final int REMINDER = 8;
    private static final int COMMITTED = 9;
    private static final int ENTRY_BYTES = 12;

    private MessageCodec() {}

    /** Appends a message. */
    public static void write(JuteWriter out, Message message) {
        if (message instanceof Message.Append append) {
            writeAppend(out, append);
        } else if (message instanceof Message.AppendReply reply) {
            begin(out, APPEND_REPLY, reply);
            out.writeBool(reply.accepted());
            out.writeLong(reply.lastZxid());
            out.writeLong(reply.durableZxid());
            out.writeLong(reply.round());
        } else if (message instanceof Message.VoteRequest request) {
            begin(out, VOTE_REQUEST, request);
            out.writeLong(request.lastZxid());
            out.writeBool(request.pre());
            out.writeBool(request.transfer());
            out.writeLong(request.noted());
        } else if (message instanceof Message.VoteReply reply) {
            begin(out, VOTE_REPLY, reply);
            out.writeBool(reply.pre());
            out.writeBool(reply.granted());
        } else if (message instanceof Message.SnapshotBlock block) {
            begin(out, SNAPSHOT_BLOCK, block);
            out.writeLong(block.zxid());
            out.writeLong(block.chain());
            out.writeInt(block.index());
            out.writeBuffer(block.block());
            out.writeBool(block.last());
        } else if (message instanceof Message.SnapshotReply reply) {
            begin(out, SNAPSHOT_REPLY, reply);
            out.writeLong(reply.zxid());
            out.writeInt(reply.nextIndex());
        } else if (message instanceof Message.Reminder reminder) {
            begin(out, REMINDER, reminder);
            out.writeLong(reminder.zxid());
        } else if (message instanceof Message.Committed committed) {
            begin(out, COMMITTED, committed);
            out.writeLong(committed.zxid());
        } else {
            begin(out, TIMEOUT_NOW, message);
        }
    }

    private static void begin(JuteWriter out, int type, Message message) {
        out.writeByte(type);
        out.writeLong(message.epoch());
    }

    private static void writeAppend(JuteWriter out, Message.Append append) {
        begin(out, APPEND, append);
        out.writeLong(append.prevZxid());
        out.writeLong(append.prevChain());
        out.writeLong(append.commitZxid());
        out.writeLong(append.round());
        List<LogEntry> entries = append.entries();
        out.writeInt(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            out.writeLong(entries.get(i).zxid());
            out.writeBuffer(entries.get(i).payload());
        }
    }

    /** Reads a message, which must be all that the reader has. */
    public static Message read(JuteReader in) throws MalformedFrame {
        int type = in.readByte();
        long epoch = in.readLong();
        Message message = read(in, type, epoch);
        if (in.remaining() != 0) {
            throw new MalformedFrame(in.remaining() + " bytes too many behind a message of type " + type);
        }
        return message;
    }

    private static Message read(JuteReader in, int type, long epoch) throws MalformedFrame {
        switch (type) {
            case VOTE_REQUEST:
                return new Message.VoteRequest(epoch, in.readLong(), in.readBool(), in.readBool(), in.readLong());
            case VOTE_REPLY:
                return new Message.VoteReply(epoch, in.readBool(), in.readBool());
            case APPEND:
                return readAppend(in, epoch);
            case APPEND_REPLY:
                return new Message.AppendReply(epoch, in.readBool(), in.readLong(), in.readLong(), in.readLong());
            case SNAPSHOT_BLOCK:
                return new Message.SnapshotBlock(
                        epoch, in.readLong(), in.readLong(), in.readInt(), buffer(in), in.readBool());
            case SNAPSHOT_REPLY:
                return new Message.SnapshotReply(epoch, in.readLong(), in.readInt());
            case TIMEOUT_NOW:
                return new Message.TimeoutNow(epoch);
            case COMMITTED:
                return new Message.Committed(epoch, in.readLong());
            case REMINDER:
                return new Message.Reminder(epoch, in.readLong());
            default:
                throw new MalformedFrame("no message has the type " + type);
        }
    }

    private static Message readAppend(JuteReader in, long epoch) throws MalformedFrame {
        long prevZxid = in.readLong();
        long prevChain = in.readLong();
        long commitZxid = in.readLong();
        long round = in.readLong();
        int count = in.readCount();
        if (count > in.remaining() / ENTRY_BYTES) {
            throw new MalformedFrame(count + " entries in " + in.remaining() + " bytes");
        }
        List<LogEntry> entries = new ArrayList<>(count);
        long last = prevZxid;
        for (int i = 0; i < count; i++) {
            LogEntry entry = new LogEntry(in.readLong(), buffer(in));
            if (entry.zxid() <= last) {
                throw new MalformedFrame("entries that do not ascend");
            }
            last = entry.zxid();
            entries.add(entry);
        }
        return new Message.Append(epoch, prevZxid, prevChain, entries, commitZxid, round);
    }

    private static byte[] buffer(JuteReader in) throws MalformedFrame {
        byte[] bytes = in.readBuffer();
        return bytes == null ? new byte[0] : bytes;
    }
}
