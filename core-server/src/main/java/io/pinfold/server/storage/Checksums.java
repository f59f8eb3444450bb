package io.pinfold.server.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The check values of everything on disk. Stateless. */
final class Checksums {
    private Checksums() {}

    static int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }

    static int crc(byte[] bytes, int off, int len) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, off, len);
        return (int) crc.getValue();
    }

    /** {@return the check value of what a transaction is, the same on every member} */
    static int content(long zxid, byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(12).putLong(zxid).putInt(payload.length).flip());
        crc.update(payload, 0, payload.length);
        return (int) crc.getValue();
    }

    /**
     * {@return the chain value after a transaction} It depends on every transaction before, so two members that agree on
     * it agree on the whole history. Spread with odd constants so that a change anywhere changes every later value.
     */
    static long chain(long previous, long zxid, int content) {
        long mixed = (previous ^ zxid * 0x9E3779B97F4A7C15L) + (content & 0xffffffffL);
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
        return mixed ^ mixed >>> 32;
    }

    /**
     * {@return what is mixed into the checks of one file} It depends on a secret, so that nobody can send a payload that
     * passes for a record, and on the file, so that bytes of another file never pass.
     */
    static int salt(Identity identity, long sequence) {
        CRC32C crc = new CRC32C();
        crc.update(identity.sessionKey(), 0, identity.sessionKey().length);
        crc.update(ByteBuffer.allocate(16)
                .putLong(identity.incarnation())
                .putLong(sequence)
                .flip());
        return (int) crc.getValue();
    }
}
