package io.pinfold.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Reading is total: whatever the bytes are, the only failure is {@link MalformedFrame}, and what is allocated stays in
 * proportion to the bytes that came, not to what they announce.
 *
 * <p>To replay a failure or to look longer: {@code -Dpinfold.fuzz.seed=N}, {@code -Dpinfold.fuzz.rounds=N}.
 */
class FuzzTest {
    private static final long SEED = Long.getLong("pinfold.fuzz.seed", 1_803);
    private static final int ROUNDS = Integer.getInteger("pinfold.fuzz.rounds", 40_000);

    /**
     * What a decoded byte may cost at most. The worst honest case is a list of texts of one byte: five bytes on the wire
     * become an object of 24 bytes, its array of 24 and two references.
     */
    private static final int COST_OF_A_BYTE = 12;
    /** Room for the record itself and for the text of an exception. */
    private static final int FIXED_COST = 1_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Codec<?>> codecs = Codec.all();
    private final JuteReader in = new JuteReader();

    @Test
    void damagedFramesAreReadOrRefusedAndNothingElse() {
        for (int round = 0; round < ROUNDS; round++) {
            // Each round has a seed of its own, so that the first failing one can be replayed alone.
            long seed = SEED + round;
            Random random = new Random(seed * 0x9E3779B97F4A7C15L);
            Mutations mutations = new Mutations(random);
            RandomRecords records = new RandomRecords(random);
            Codec<?> codec = codecs.get(random.nextInt(codecs.size()));
            byte[] frame = codec.randomBytes(records);
            byte[] other = random.nextInt(4) == 0
                    ? codecs.get(random.nextInt(codecs.size())).randomBytes(records)
                    : codec.randomBytes(records);
            check(codec, mutations.damage(frame, other), "-Dpinfold.fuzz.seed=" + seed + " -Dpinfold.fuzz.rounds=1");
        }
    }

    @Test
    void wrongNumbersAnywhereAreReadOrRefusedAndNothingElse() {
        RandomRecords records = new RandomRecords(new Random(SEED));
        for (Codec<?> codec : codecs) {
            byte[] frame = codec.randomBytes(records);
            for (int at = 0; at < Math.min(frame.length, 200); at++) {
                for (int wrong : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, frame.length - at - 4}) {
                    check(
                            codec,
                            Mutations.putInt(frame.clone(), at, wrong),
                            codec.name() + " with " + wrong + " at " + at);
                }
            }
        }
    }

    @Test
    void announcedSizesAreNotBelieved() {
        RandomRecords records = new RandomRecords(new Random(SEED));
        for (Codec<?> codec : codecs) {
            byte[] start = codec.randomBytes(records);
            for (int at = 0; at < Math.min(start.length, 120); at++) {
                for (int filler : new int[] {0, 0xff, 'a'}) {
                    // Large enough that one array of the announced size would be noticed.
                    byte[] frame = Arrays.copyOf(start, 20_000);
                    Arrays.fill(frame, Math.min(at + 4, start.length), frame.length, (byte) filler);
                    for (int announced : new int[] {Integer.MAX_VALUE, 0xfffff, frame.length - at - 4, 4_000}) {
                        Mutations.putInt(frame, at, announced);
                        check(codec, frame, codec.name() + " announcing " + announced + " at " + at);
                    }
                }
            }
        }
    }

    /** Reads once for what comes out, and, if that looked expensive, once more without the cost of warming up. */
    private <T> void check(Codec<T> codec, byte[] bytes, String replay) {
        long most = FIXED_COST + (long) COST_OF_A_BYTE * bytes.length;
        long cost = read(codec, bytes, replay);
        if (cost > most) {
            long again = read(codec, bytes, replay);
            assertTrue(again <= most, () -> describe(codec, bytes, replay) + " allocates " + again + " bytes");
        }
    }

    private <T> long read(Codec<T> codec, byte[] bytes, String replay) {
        in.reset(bytes, 0, bytes.length);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        T record;
        try {
            record = codec.read().from(in);
        } catch (MalformedFrame e) {
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        } catch (RuntimeException | StackOverflowError e) {
            return fail(describe(codec, bytes, replay), e);
        }
        long cost = THREADS.getCurrentThreadAllocatedBytes() - before;
        checkThatItIsStable(codec, record, () -> describe(codec, bytes, replay));
        return cost;
    }

    /** What was read from damaged bytes is a sound record: written and read again, it stays the same. */
    private static <T> void checkThatItIsStable(Codec<T> codec, T record, Supplier<String> what) {
        byte[] written = codec.bytes(record);
        try {
            T again = codec.read().from(new JuteReader(written));
            assertArrayEquals(written, codec.bytes(again), what);
        } catch (MalformedFrame e) {
            fail(what.get(), e);
        }
    }

    private static String describe(Codec<?> codec, byte[] bytes, String replay) {
        String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 400));
        return codec.name() + " of " + bytes.length + " bytes " + hex + "; replay: " + replay;
    }
}
