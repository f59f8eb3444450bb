package io.pinfold.testing.sim;

import io.pinfold.server.engine.Engine;
import io.pinfold.server.storage.SnapshotWriter;
import io.pinfold.server.storage.Storage;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Writes the snapshots of a member as the snapshot thread does: one step after the other, and a failure costs no more than
 * the snapshot. Confined to the world's thread.
 */
final class MemberSnapshots {
    private final MemberDisk disk;
    private final Storage storage;
    private final ArrayDeque<MemberDisk.Work> steps = new ArrayDeque<>();
    private @Nullable SnapshotWriter writer;
    private boolean working;

    MemberSnapshots(MemberDisk disk, Storage storage) {
        this.disk = disk;
        this.storage = storage;
    }

    void begin(long zxid) {
        add(() -> writer = storage.beginSnapshot(zxid), () -> {});
    }

    void block(byte[] bytes) {
        add(
                () -> {
                    if (writer != null) {
                        writer.write(bytes, 0, bytes.length);
                    }
                },
                () -> disk.answer(Engine::onSnapshotBlock));
    }

    void commit() {
        add(
                () -> {
                    SnapshotWriter complete = writer;
                    if (complete != null) {
                        complete.commit();
                        writer = null;
                        disk.snapshotTaken();
                        storage.retain();
                    }
                },
                () -> disk.answer(Engine::onSnapshotDone));
    }

    void abandon() {
        add(this::abort, () -> {});
    }

    private void abort() throws IOException {
        SnapshotWriter failed = writer;
        writer = null;
        if (failed != null) {
            failed.abort();
        }
    }

    private void add(MemberDisk.Work step, Runnable answer) {
        steps.add(() -> {
            try {
                step.run();
            } catch (IOException e) {
                giveUp();
            }
            answer.run();
        });
        if (!working) {
            working = true;
            disk.later(this::next);
        }
    }

    private void giveUp() {
        try {
            abort();
        } catch (IOException e) {
            writer = null; // what is left of it is removed at the next start
        }
    }

    private void next() throws IOException {
        steps.remove().run();
        if (steps.isEmpty()) {
            working = false;
        } else {
            disk.later(this::next);
        }
    }
}
