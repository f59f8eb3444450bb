package io.pinfold.server.engine;

import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.server.tree.AccessControl;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients prove to be. Identities belong to a connection, and more credentials only add to them; wrong ones cost the
 * connection. Answers say nothing about the state, so they carry no zxid. Confined to the node loop.
 */
final class Authentication {
    /** How many identities one connection may have; each check of a protected znode compares them. */
    static final int MOST_IDENTITIES = 64;

    private static final int LONGEST_IDENTITY = 1024;

    private final String superDigest;
    private final Outbox outbox;
    private final Audit audit;
    private long refused;

    Authentication(String superDigest, Outbox outbox, Audit audit) {
        this.audit = audit;
        this.superDigest = superDigest;
        this.outbox = outbox;
    }

    /** Looks at credentials; if they are right, they count for everything that the client asks from now on. */
    ErrorCode check(Connection connection, Request request) {
        ErrorCode code = ErrorCode.OK;
        if (request instanceof Request.Auth auth) {
            code = switch (auth.scheme()) {
                case "digest" -> digest(connection, auth.auth());
                case "ip" -> ErrorCode.OK; // every connection has its address already
                default -> ErrorCode.AUTH_FAILED;
            };
            audit.proof(connection, auth.scheme(), code == ErrorCode.OK);
        }
        connection.refused |= code != ErrorCode.OK;
        refused += code == ErrorCode.OK ? 0 : 1;
        return code;
    }

    /** {@code user:password} makes an identity whoever sends it: an unknown one is in no list. */
    private ErrorCode digest(Connection connection, byte[] credentials) {
        AuthId id = digestOf(credentials);
        if (id == null) {
            return ErrorCode.AUTH_FAILED;
        }
        boolean isSuper = !superDigest.isEmpty() && MessageDigest.isEqual(bytes(id.id()), bytes(superDigest));
        boolean added = (!isSuper || add(connection, new AuthId(AccessControl.SUPER, ""))) && add(connection, id);
        return added ? ErrorCode.OK : ErrorCode.AUTH_FAILED;
    }

    private static boolean add(Connection connection, AuthId id) {
        if (connection.identities.contains(id)) {
            return true;
        }
        if (connection.identities.size() >= MOST_IDENTITIES || id.id().length() > LONGEST_IDENTITY) {
            return false;
        }
        List<AuthId> more = new ArrayList<>(connection.identities);
        more.add(id);
        connection.identities = List.copyOf(more);
        return true;
    }

    private static @Nullable AuthId digestOf(byte[] credentials) {
        String text = new String(credentials, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(bytes(text));
            return new AuthId("digest", user + ":" + Base64.getEncoder().encodeToString(hash));
        } catch (NoSuchAlgorithmException e) {
            return null; // a JVM that was told to do without it
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return how many credentials were refused} */
    long refused() {
        return refused;
    }

    /** Answers credentials that were looked at. */
    void answer(Connection connection, int xid, @Nullable Request request, ErrorCode code) {
        if (request instanceof Request.Sasl sasl) {
            answerLogin(connection, xid, sasl);
            return;
        }
        outbox.reply(connection, xid, 0, code);
        if (code != ErrorCode.OK) {
            outbox.close(connection, "its credentials were refused");
        }
    }

    /** A step of a login by SASL is taken when its turn has come; a failure costs the connection. */
    private void answerLogin(Connection connection, int xid, Request.Sasl request) {
        SaslStep step = connection.link.sasl(request.token());
        boolean added = step.proven().stream().allMatch(id -> add(connection, id));
        boolean failed = step.failed() || !added;
        connection.refused |= failed;
        if (failed || !step.proven().isEmpty()) {
            audit.proof(connection, "sasl", !failed);
        }
        int mark = outbox.beginFrame(connection, xid, 0, failed ? ErrorCode.AUTH_FAILED.number() : 0);
        ReplyBodies.writeToken(connection.out, failed ? null : step.token());
        connection.out.endFrame(mark);
        if (failed) {
            refused++;
            outbox.close(connection, "its login by SASL failed");
        }
    }

    /** What the client may know of its identities: no hash of a password. */
    static List<AuthId> shown(List<AuthId> identities) {
        List<AuthId> shown = new ArrayList<>(identities.size());
        for (AuthId id : identities) {
            int colon = id.scheme().equals("digest") ? id.id().indexOf(':') : -1;
            shown.add(colon < 0 ? id : new AuthId(id.scheme(), id.id().substring(0, colon)));
        }
        return shown;
    }
}
