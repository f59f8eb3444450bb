package io.pinfold.server.migration;

import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/** Reads a log file of Apache ZooKeeper. Stateless. */
final class ForeignLog {
    static final int MAGIC = 0x5a4b4c47;
    private static final int VERSION = 2;
    private static final int END_OF_RECORD = 0x42;
    private static final int MOST_BYTES = 1 << 30;

    private ForeignLog() {}

    /** Takes the records. */
    interface Consumer {
        /**
         * Takes one record.
         *
         * @throws MalformedFrame if it is not readable
         * @throws IOException if it cannot be taken
         */
        void accept(ForeignTxn.Header header, JuteReader body) throws IOException, MalformedFrame;
    }

    /** Reads to the end of what was written; a torn record is the end, a damaged one is an error. */
    static void read(Path file, Progress progress, Consumer consumer) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.available() == 0) {
                return;
            }
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                throw new IOException(file + " is no log of Apache ZooKeeper of a version that is known");
            }
            in.readLong();
            long at = 16;
            for (byte[] entry = next(in, file, at); entry != null; entry = next(in, file, at)) {
                JuteReader body = new JuteReader(entry);
                try {
                    consumer.accept(ForeignTxn.readHeader(body), body);
                } catch (MalformedFrame e) {
                    throw new IOException(file + " at byte " + at + ": " + e.getMessage(), e);
                }
                at += 13 + entry.length;
                progress.moved(13 + entry.length);
            }
        }
    }

    private static byte @Nullable [] next(DataInputStream in, Path file, long at) throws IOException {
        byte[] entry;
        long checksum;
        try {
            checksum = in.readLong();
            int length = in.readInt();
            if (length == 0) {
                return null;
            }
            if (length < 0 || length > MOST_BYTES) {
                throw new IOException(file + " is damaged at byte " + at + ": a record of " + length + " bytes");
            }
            entry = in.readNBytes(length);
            if (entry.length < length || in.readByte() != END_OF_RECORD) {
                return null;
            }
        } catch (EOFException e) {
            return null;
        }
        Adler32 adler = new Adler32();
        adler.update(entry);
        if (adler.getValue() != checksum) {
            throw new IOException(file + " is damaged at byte " + at + ": the checksum of the record is wrong");
        }
        return entry;
    }
}
