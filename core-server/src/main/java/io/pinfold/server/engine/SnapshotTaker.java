package io.pinfold.server.engine;

import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.SnapshotCapture;
import io.pinfold.wire.JuteWriter;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes a snapshot of the tree at one zxid, a slice each turn, while requests go on. Confined to the node loop.
 *
 * <p>A snapshot is due after so many transactions as the configuration says, but never before there were half as many as there
 * are znodes: so it costs each transaction the writing of two znodes at most, however large the tree, and a recovery never
 * has much more to replay than to load.
 *
 * <p>The tree keeps the state of that zxid apart from later changes; here is only the pace: so many znodes a turn that no
 * request waits long, and so many blocks under way that a slow disk does not fill the memory.
 */
final class SnapshotTaker {
    private static final int ZNODES_PER_TURN = 500;
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int LARGEST_PIECE_BYTES = 1024 * 1024;
    private static final int BLOCKS_UNDER_WAY = 16;

    private final DataTree tree;
    private final Effects effects;
    private final int every;
    /** Whether the state is one of the own log: a majority may be ahead of the own disk. */
    private final BooleanSupplier durable;

    private JuteWriter block = new JuteWriter(BLOCK_BYTES + BLOCK_BYTES / 4);

    private @Nullable SnapshotCapture capture;
    private boolean committing;
    private boolean wanted;
    private int applied;
    private int underWay;

    SnapshotTaker(DataTree tree, Effects effects, int every, BooleanSupplier durable) {
        this.durable = durable;
        this.tree = tree;
        this.effects = effects;
        this.every = every;
    }

    void onApplied() {
        applied++;
    }

    void onBlockWritten() {
        underWay--;
        if (capture != null) {
            effects.turnAgain();
        }
    }

    void onDone() {
        committing = false;
    }

    /** Begins a snapshot when one is due, or goes on with the one that was begun. */
    void turn() {
        if (capture == null) {
            if (committing || !isDue() || !durable.getAsBoolean()) {
                return;
            }
            begin();
        }
        step();
    }

    private boolean isDue() {
        return wanted || every != 0 && applied >= Math.max(every, tree.nodeCount() / 2);
    }

    /** Begins a snapshot as soon as it can, whatever is due, unless one is being taken. */
    void want() {
        if (capture == null && !committing) {
            wanted = true;
            effects.turnAgain();
        }
    }

    void begin() {
        if (capture == null && !committing) {
            applied = 0;
            wanted = false;
            effects.beginSnapshot(tree.lastZxid());
            capture = tree.beginCapture();
        }
    }

    /** Gives up what was begun, because the state is another one now. */
    void abandon() {
        if (capture != null) {
            capture.abort();
            capture = null;
            block.reset();
            effects.abandonSnapshot();
        }
        applied = 0;
    }

    /** Cuts what was gathered, because changes may have made the capture write down much at once. */
    private void handOver() {
        for (int from = 0; from < block.size(); from += LARGEST_PIECE_BYTES) {
            underWay++;
            int to = Math.min(block.size(), from + LARGEST_PIECE_BYTES);
            effects.snapshotBlock(Arrays.copyOfRange(block.array(), from, to));
        }
        if (block.array().length > LARGEST_PIECE_BYTES) {
            block = new JuteWriter(BLOCK_BYTES + BLOCK_BYTES / 4);
        }
        block.reset();
    }

    private void step() {
        SnapshotCapture running = capture;
        if (running == null || underWay >= BLOCKS_UNDER_WAY) {
            return;
        }
        boolean more = running.step(ZNODES_PER_TURN, block);
        if (block.size() >= BLOCK_BYTES || !more) {
            handOver();
        }
        if (more) {
            effects.turnAgain();
        } else {
            capture = null;
            committing = true;
            effects.commitSnapshot();
        }
    }

    @Override
    public String toString() {
        String phase = capture != null ? "reading" : committing ? "committing" : "none";
        return "snapshot=" + phase + " blocksUnderWay=" + underWay + " sinceSnapshot=" + applied;
    }
}
