package io.pinfold.server.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.pinfold.server.storage.FailingDisk;
import io.pinfold.server.storage.FileDisk;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotThreadTest {
    @TempDir
    private Path dir;

    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private FailingDisk disk;
    private Storage storage;
    private SnapshotThread thread;

    @BeforeEach
    void start() throws IOException {
        disk = new FailingDisk(new FileDisk(dir));
        storage = Storage.open(disk, StorageOptions.defaults().segmentBytes(64 << 10));
        storage.append(List.of(new LogEntry(1, new byte[10]), new LogEntry(2, new byte[10])));
        storage.force();
        thread = new SnapshotThread("1", storage);
        thread.start(new SnapshotThread.Listener() {
            @Override
            public void onBlockWritten() {
                answers.add("block");
            }

            @Override
            public void onSnapshotEnded() {
                answers.add("end");
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        thread.close();
        storage.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"create snapshot-", "write snapshot-", "force snapshot-"})
    void aSnapshotThatTheDiskRefusesIsGivenUpAndTheNextOneWorks(String call) throws Exception {
        disk.fail(call);
        takeOne();
        assertNull(storage.newestSnapshot());

        disk.heal();
        takeOne();
        assertTaken();
    }

    @ParameterizedTest
    @ValueSource(strings = {"create snapshot-", "write snapshot-", "force snapshot-"})
    void aMistakeCostsOneSnapshotAndNotTheThread(String call) throws Exception {
        disk.breakDown(call);
        takeOne();
        assertNull(storage.newestSnapshot());

        disk.heal();
        takeOne();
        assertTaken();
    }

    @Test
    void aSnapshotThatMayNotBeTakenYetIsAnsweredAllTheSame() throws Exception {
        thread.begin(99); // not durable
        thread.block(new byte[10]);
        thread.commit();
        assertEquals(List.of("block", "end"), answers(2));

        takeOne();
        assertTaken();
    }

    /** More than a block, so that the disk is written to before the end. */
    private void takeOne() throws InterruptedException {
        thread.begin(2);
        thread.block(new byte[300_000]);
        thread.block(new byte[10]);
        thread.commit();
        assertEquals(List.of("block", "block", "end"), answers(3));
    }

    private List<String> answers(int count) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(String.valueOf(answers.poll(10, TimeUnit.SECONDS)));
        }
        return seen;
    }

    private void assertTaken() throws IOException {
        try (var snapshot = storage.newestSnapshot()) {
            assertEquals(2, snapshot.zxid());
        }
    }
}
