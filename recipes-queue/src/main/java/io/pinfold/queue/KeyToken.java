package io.pinfold.queue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A user's key as a part of a znode's name: short plain keys as they are, behind {@code =}, all others as a digest,
 * behind {@code ~}. Two keys have the same token only if they are equal, or SHA-256 is broken. Stateless.
 */
final class KeyToken {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,40}");
    private static final int DIGEST_BYTES = 20;

    private KeyToken() {}

    static String of(String key) {
        return PLAIN.matcher(key).matches() ? '=' + key : '~' + digest(key);
    }

    private static String digest(String key) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
