package io.pinfold.server.transport;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What two peers know about one link after they have shown each other the secret of the ensemble: a key that nobody else has and
 * that is never used again. Confined to the node loop.
 */
final class LinkSecret {
    static final int NONCE_BYTES = 32;
    static final int PROOF_BYTES = 32;
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final byte[] secret;
    private final byte[] dialledNonce;
    private final byte[] acceptedNonce;

    /** Mixes the secret with what both ends made up for this link. */
    LinkSecret(byte[] secret, byte[] dialledNonce, byte[] acceptedNonce) {
        this.secret = secret;
        this.dialledNonce = dialledNonce;
        this.acceptedNonce = acceptedNonce;
    }

    /** {@return what the one that connected, or the other one, shows}; neither can be taken for the other one */
    byte[] proof(boolean dialled) {
        return derive(dialled ? 1 : 2);
    }

    private byte[] derive(int purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((byte) purpose);
            mac.update(dialledNonce);
            return mac.doFinal(acceptedNonce);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    /** {@return bytes that only the other end can read} */
    byte[] seal(byte[] open) {
        byte[] iv = new byte[IV_BYTES];
        new SecureRandom().nextBytes(iv);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, iv).doFinal(open);
            byte[] whole = Arrays.copyOf(iv, IV_BYTES + sealed.length);
            System.arraycopy(sealed, 0, whole, IV_BYTES, sealed.length);
            return whole;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES in Galois counter mode", e);
        }
    }

    /** {@return what the other end sealed; empty if it did not} */
    byte[] open(byte[] sealed) {
        if (sealed.length < IV_BYTES) {
            return new byte[0];
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, IV_BYTES))
                    .doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES);
        } catch (GeneralSecurityException e) {
            return new byte[0];
        }
    }

    private Cipher cipher(int mode, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(derive(3), "AES"), new GCMParameterSpec(TAG_BITS, iv));
        return cipher;
    }
}
