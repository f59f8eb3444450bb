package io.pinfold.server.transport;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.PeerHello;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;

/**
 * The first frames of a link between peers. The one that connected says {@link Hello}; the other one answers with a hello of
 * its own, or with a {@link Refusal}. A member that belongs to no cluster yet is then told the {@link Key}. Immutable.
 */
sealed interface PeerGreeting {
    /** "PNFD". */
    int MAGIC = 0x504e4644;

    /** Version of everything that peers say to each other. */
    int VERSION = 2;

    /** No greeting is longer. */
    int MAX_BYTES = 4096;

    /**
     * Who connects, and with whom.
     *
     * @param from the member that speaks
     * @param to the member that it means to speak with
     * @param state what it is
     */
    record Hello(int from, int to, PeerHello state) implements PeerGreeting {
        @Override
        public void write(JuteWriter out) {
            out.writeByte(1);
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(from);
            out.writeInt(to);
            out.writeLong(state.cluster().high());
            out.writeLong(state.cluster().low());
            out.writeLong(state.incarnation());
            out.writeBool(state.adopted());
            out.writeBool(state.history());
        }
    }

    /**
     * Why the link is not wanted.
     *
     * @param reason one sentence for the operator of the other member
     */
    record Refusal(String reason) implements PeerGreeting {
        @Override
        public void write(JuteWriter out) {
            out.writeByte(2);
            out.writeString(reason);
        }
    }

    /**
     * The secret of the cluster.
     *
     * @param sessionKey from which the passwords of sessions are made
     */
    record Key(byte[] sessionKey) implements PeerGreeting {
        @Override
        public void write(JuteWriter out) {
            out.writeByte(3);
            out.writeBuffer(sessionKey);
        }

        @Override
        public String toString() {
            return "Key";
        }
    }

    /** Writes the greeting behind what is there. */
    void write(JuteWriter out);

    /** Reads a greeting; fails with a sentence for the operator. */
    static PeerGreeting read(JuteReader in) throws MalformedFrame {
        int kind = in.readByte();
        if (kind == 1) {
            return readHello(in);
        }
        if (kind == 2) {
            String reason = in.readString();
            return new Refusal(reason == null ? "" : reason);
        }
        if (kind == 3) {
            byte[] key = in.readBuffer();
            if (key == null || key.length == 0) {
                throw new MalformedFrame("an empty key");
            }
            return new Key(key);
        }
        throw new MalformedFrame("a greeting of unknown kind " + kind);
    }

    private static Hello readHello(JuteReader in) throws MalformedFrame {
        if (in.readInt() != MAGIC) {
            throw new MalformedFrame("whoever connected is no Pinfold server");
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new MalformedFrame(
                    "it speaks version " + version + " of the protocol between peers, this member version " + VERSION);
        }
        int from = in.readInt();
        int to = in.readInt();
        ClusterId cluster = new ClusterId(in.readLong(), in.readLong());
        return new Hello(from, to, new PeerHello(cluster, in.readLong(), in.readBool(), in.readBool()));
    }
}
