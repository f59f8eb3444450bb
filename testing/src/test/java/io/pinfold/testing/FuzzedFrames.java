package io.pinfold.testing;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes up frames that are nearly right: the same for the same seed. Confined to one thread. */
final class FuzzedFrames {
    private static final int XID_BYTES = 4;
    private static final int HEADER_BYTES = 8;
    private static final int[] OPS = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 101, 103, 104, 105, 106, 107
    };

    private final Random random;
    private final List<byte[]> sound = new ArrayList<>();

    /** Frames of requests that touch nothing outside of this root, before something is done to them. */
    FuzzedFrames(long seed, String root) {
        random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            for (Step step : Scenario.random(random.nextLong(), root, 120)) {
                if (step instanceof Step.Send) {
                    step.calls().forEach(call -> sound.add(call.encode(1, back -> back)));
                }
            }
        }
    }

    /** {@return a request, its length in front; sound or damaged behind its number and mostly behind its kind} */
    byte[] request() {
        byte[] body = sound.get(random.nextInt(sound.size())).clone();
        switch (random.nextInt(8)) {
            case 0 -> {}
            case 1 -> ByteBuffer.wrap(body).putInt(XID_BYTES, OPS[random.nextInt(OPS.length)]);
            case 2 -> body = Arrays.copyOf(body, HEADER_BYTES + random.nextInt(body.length - HEADER_BYTES + 1));
            case 3 -> body = Arrays.copyOf(body, body.length + random.nextInt(50));
            case 4 -> number(body);
            case 5 -> noise(body, HEADER_BYTES);
            default -> flip(body, HEADER_BYTES, 1 + random.nextInt(4));
        }
        return framed(body, body.length);
    }

    /** {@return a request after which nothing of its connection can be understood} */
    byte[] lastRequest() {
        byte[] body = sound.get(random.nextInt(sound.size())).clone();
        return switch (random.nextInt(4)) {
            case 0 -> framed(body, random.nextInt());
            case 1 -> framed(body, random.nextInt(body.length + 20));
            case 2 -> framed(body, 0xfffff - random.nextInt(3));
            default -> {
                flip(body, 0, 4);
                yield framed(body, body.length);
            }
        };
    }

    /** {@return what may stand in the place of a handshake} */
    byte[] greeting() {
        byte[] body = RawSession.connectRequest(Duration.ofMillis(random.nextInt(20_000)), new byte[24]);
        switch (random.nextInt(6)) {
            case 0 -> body = Arrays.copyOf(body, random.nextInt(body.length + 1));
            case 1 -> body = Arrays.copyOf(body, body.length + random.nextInt(5000));
            case 2 -> noise(body, 0);
            case 3 -> {
                return framed(body, random.nextInt());
            }
            default -> flip(body, 0, 1 + random.nextInt(4));
        }
        return framed(body, body.length);
    }

    private void number(byte[] body) {
        if (body.length >= HEADER_BYTES + 4) {
            int at = HEADER_BYTES + random.nextInt(body.length - HEADER_BYTES - 3);
            int[] odd = {-1, 0, 1, -2, 0x7fffffff, Integer.MIN_VALUE, 0xfffff, random.nextInt(), body.length};
            ByteBuffer.wrap(body).putInt(at, odd[random.nextInt(odd.length)]);
        }
    }

    private void flip(byte[] body, int from, int times) {
        for (int i = 0; i < times && body.length > from; i++) {
            body[from + random.nextInt(body.length - from)] ^= (byte) (1 << random.nextInt(8));
        }
    }

    private void noise(byte[] body, int from) {
        for (int i = from; i < body.length; i++) {
            body[i] = (byte) random.nextInt();
        }
    }

    private static byte[] framed(byte[] body, int length) {
        return ByteBuffer.allocate(4 + body.length).putInt(length).put(body).array();
    }
}
