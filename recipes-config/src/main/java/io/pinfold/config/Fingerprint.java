package io.pinfold.config;

import io.pinfold.Acl;
import io.pinfold.Op;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells one list of changes from another, in every process and version of Java alike. Stateless. */
final class Fingerprint {
    private Fingerprint() {}

    /** {@return SHA-256 over all that the changes say, as 64 digits} */
    static String of(List<Op> changes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Op change : changes) {
                write(out, change);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen in memory
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static void write(DataOutputStream out, Op change) throws IOException {
        out.writeUTF(change.path());
        if (change instanceof Op.Create create) {
            out.writeUTF("create " + create.mode() + ' ' + create.ttlMillis());
            for (Acl acl : create.acl()) {
                out.writeUTF(acl.permissions() + ":" + acl.scheme() + ':' + acl.id());
            }
            write(out, create.data());
        } else if (change instanceof Op.SetData set) {
            out.writeUTF("set " + set.version());
            write(out, set.data());
        } else if (change instanceof Op.Delete delete) {
            out.writeUTF("delete " + delete.version());
        } else if (change instanceof Op.Check check) {
            out.writeUTF("check " + check.version());
        }
    }

    private static void write(DataOutputStream out, byte @Nullable [] data) throws IOException {
        out.writeInt(data == null ? -1 : data.length);
        if (data != null) {
            out.write(data);
        }
    }
}
