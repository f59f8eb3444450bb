package io.pinfold.server.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.server.tree.DataTree;
import io.pinfold.wire.JuteWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Adler32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules for files, where no released server would write such ones; what they do write is tested with one. */
class ZooKeeperDirectoryTest {
    /** The root and the server's own znodes. */
    private static final int OWN = 4;

    private static final int CREATE = 1;
    private static final int CREATE_SESSION = -10;
    private static final int CLOSE_SESSION = -11;

    @TempDir
    private Path dir;

    private final JuteWriter log = new JuteWriter();

    @BeforeEach
    void beginLog() {
        log.writeInt(ForeignLog.MAGIC);
        log.writeInt(2);
        log.writeLong(0);
    }

    @Test
    void theDigestOfATreeWithoutZnodesIsTheKnownOne() {
        assertEquals(0x51c6d660L, ForeignTree.of(new DataTree()).digest());
    }

    @Test
    void aDigestThatDoesNotAgreeIsRefused() throws IOException {
        create(1, "/a", 0);
        digest(12345);
        save();

        IOException refused = assertThrows(IOException.class, this::read);
        assertTrue(
                refused.getMessage().startsWith("The digest of the tree after 0x1 is not the one"),
                refused.getMessage());
    }

    @Test
    void aTornRecordIsTheEndAndZerosAreNoRecords() throws IOException {
        create(1, "/a", 0);
        end();
        int whole = log.size();
        create(2, "/b", 0);
        end();
        byte[] bytes = log.toByteArray();
        Files.write(dir.resolve("log.1"), Arrays.copyOf(Arrays.copyOf(bytes, bytes.length - 3), whole + 1));
        assertEquals(1, read().zxid());

        Files.write(dir.resolve("log.1"), Arrays.copyOf(bytes, bytes.length + 4096));
        assertEquals(2, read().zxid());
    }

    @Test
    void aSessionThatEndedTakesItsEphemeralsAlong() throws IOException {
        session(1, CREATE_SESSION);
        create(2, "/mine", 7);
        end();
        assertEquals(1, saved().sessions());
        assertEquals(OWN + 1, read().znodes());

        session(3, CLOSE_SESSION);
        ForeignState state = saved();
        assertEquals(0, state.sessions());
        assertEquals(OWN, state.znodes());
    }

    @Test
    void anEphemeralWithoutItsSessionGoes() throws IOException {
        create(2, "/orphan", 7);
        end();

        assertEquals(OWN, saved().znodes());
    }

    @Test
    void aLogWithoutWhatWasBeforeIsRefused() throws IOException {
        create(0x51, "/a", 0);
        end();
        Files.write(dir.resolve("log.51"), log.toByteArray());

        IOException refused = assertThrows(IOException.class, this::read);
        assertTrue(refused.getMessage().contains("begins with 0x51 and there is no snapshot"), refused.getMessage());
    }

    @Test
    void whatIsNoLogIsSaid() throws IOException {
        Files.writeString(dir.resolve("log.1"), "these are no transactions");

        IOException refused = assertThrows(IOException.class, this::read);
        assertTrue(refused.getMessage().contains("is no log of Apache ZooKeeper"), refused.getMessage());
    }

    @Test
    void aCompressionThatIsNotKnownIsSaid() throws IOException {
        Files.writeString(dir.resolve("snapshot.5.snappy"), "x");

        IOException refused = assertThrows(IOException.class, this::read);
        assertTrue(refused.getMessage().contains("compressed with snappy"), refused.getMessage());
    }

    private final JuteWriter entry = new JuteWriter();

    private void header(long session, long zxid, int type) {
        entry.reset();
        entry.writeLong(session);
        entry.writeInt(0);
        entry.writeLong(zxid);
        entry.writeLong(1000);
        entry.writeInt(type);
    }

    private void create(long zxid, String path, long owner) {
        header(owner, zxid, CREATE);
        entry.writeString(path);
        entry.writeBuffer(new byte[] {1});
        entry.writeInt(1);
        entry.writeInt(Acl.ALL);
        entry.writeString("world");
        entry.writeString("anyone");
        entry.writeBool(owner != 0);
        entry.writeInt(1);
    }

    private void session(long zxid, int type) {
        header(7, zxid, type);
        entry.writeInt(type == CREATE_SESSION ? 4000 : 0);
        end();
    }

    private void digest(long digest) {
        entry.writeInt(2);
        entry.writeLong(digest);
        end();
    }

    private void end() {
        byte[] bytes = entry.toByteArray();
        Adler32 adler = new Adler32();
        adler.update(bytes);
        log.writeLong(adler.getValue());
        log.writeBuffer(bytes);
        log.writeByte((byte) 0x42);
    }

    private void save() throws IOException {
        Files.write(dir.resolve("log.1"), log.toByteArray());
    }

    private ForeignState saved() throws IOException {
        save();
        return read();
    }

    private ForeignState read() throws IOException {
        return ZooKeeperDirectory.at(dir, dir).read(Progress.NONE);
    }
}
