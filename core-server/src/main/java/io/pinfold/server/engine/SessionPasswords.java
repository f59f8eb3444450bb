package io.pinfold.server.engine;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks session passwords: a keyed MAC of the session id, cut to the 16 bytes that the protocol has room for.
 * The id itself is public (it is the owner of ephemeral znodes), so it must not be enough. Confined to the node loop.
 */
final class SessionPasswords {
    static final int LENGTH = 16;

    private final Mac mac;

    SessionPasswords(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    byte[] of(long sessionId) {
        return Arrays.copyOf(
                mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(sessionId).array()), LENGTH);
    }

    boolean matches(long sessionId, byte[] password) {
        return MessageDigest.isEqual(of(sessionId), password);
    }
}
