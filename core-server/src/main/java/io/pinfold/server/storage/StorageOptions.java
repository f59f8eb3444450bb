package io.pinfold.server.storage;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Storage} behaves. Immutable.
 *
 * @param segmentBytes size of one log file; a transaction that needs more gets a larger file
 * @param zeroAheadBytes how far ahead of the last record real zeros are written, so that a force seldom allocates
 * @param force whether anything is ever forced; turned off by tests only
 * @param snapshotsKept how many verified snapshots stay
 * @param memberId the member that opens the directory; a directory of another member is refused
 * @param clusterId the cluster it must belong to; null accepts what is there and makes up a new one in an empty directory
 * @param damageTolerated whether a log that lost what was durable is opened as far as it can be read, because peers have the rest
 * @param entropy fills an array with secret random bytes
 */
public record StorageOptions(
        int segmentBytes,
        int zeroAheadBytes,
        boolean force,
        int snapshotsKept,
        long memberId,
        @Nullable UUID clusterId,
        boolean damageTolerated,
        Consumer<byte[]> entropy) {
    /** The smallest log file that makes sense. */
    public static final int MIN_SEGMENT_BYTES = 16 << 10;
    /** The largest log file. */
    public static final int MAX_SEGMENT_BYTES = 1 << 30;

    /** Refuses numbers outside the allowed ranges. */
    public StorageOptions {
        if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES || segmentBytes % 4096 != 0) {
            throw new IllegalArgumentException("segmentBytes is " + segmentBytes
                    + "; allowed are multiples of 4096 from " + MIN_SEGMENT_BYTES + " to " + MAX_SEGMENT_BYTES);
        }
        if (zeroAheadBytes < 4096) {
            throw new IllegalArgumentException("zeroAheadBytes is " + zeroAheadBytes + "; at least 4096 is needed");
        }
        if (snapshotsKept < 1) {
            throw new IllegalArgumentException("snapshotsKept is " + snapshotsKept + "; at least 1 must stay");
        }
    }

    /** {@return log files of 64 MiB, everything forced, three snapshots kept, member 1 of whatever cluster is there} */
    public static StorageOptions defaults() {
        return new StorageOptions(64 << 20, 1 << 20, true, 3, 1, null, false, new SecureRandom()::nextBytes);
    }

    /** {@return the same with another size of log file, in bytes} */
    public StorageOptions segmentBytes(int bytes) {
        return new StorageOptions(
                bytes, zeroAheadBytes, force, snapshotsKept, memberId, clusterId, damageTolerated, entropy);
    }

    /** {@return the same with another stretch of zeros ahead of the records, in bytes} */
    public StorageOptions zeroAheadBytes(int bytes) {
        return new StorageOptions(
                segmentBytes, bytes, force, snapshotsKept, memberId, clusterId, damageTolerated, entropy);
    }

    /** {@return the same with forcing on or off; off loses data with the power and is for tests} */
    public StorageOptions force(boolean on) {
        return new StorageOptions(
                segmentBytes, zeroAheadBytes, on, snapshotsKept, memberId, clusterId, damageTolerated, entropy);
    }

    /** {@return the same with another number of snapshots that stay} */
    public StorageOptions snapshotsKept(int count) {
        return new StorageOptions(
                segmentBytes, zeroAheadBytes, force, count, memberId, clusterId, damageTolerated, entropy);
    }

    /** {@return the same for another member} */
    public StorageOptions memberId(long id) {
        return new StorageOptions(
                segmentBytes, zeroAheadBytes, force, snapshotsKept, id, clusterId, damageTolerated, entropy);
    }

    /** {@return the same for a given cluster} */
    public StorageOptions clusterId(@Nullable UUID id) {
        return new StorageOptions(
                segmentBytes, zeroAheadBytes, force, snapshotsKept, memberId, id, damageTolerated, entropy);
    }

    /** {@return the same for a member that has peers, or for one that has none} */
    public StorageOptions damageTolerated(boolean tolerated) {
        return new StorageOptions(
                segmentBytes, zeroAheadBytes, force, snapshotsKept, memberId, clusterId, tolerated, entropy);
    }

    /** {@return the same with another source of randomness, for simulations that must repeat} */
    public StorageOptions entropy(Consumer<byte[]> source) {
        return new StorageOptions(
                segmentBytes, zeroAheadBytes, force, snapshotsKept, memberId, clusterId, damageTolerated, source);
    }
}
