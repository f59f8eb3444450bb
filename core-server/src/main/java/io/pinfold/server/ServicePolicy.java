package io.pinfold.server;

import io.pinfold.server.engine.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * What clients may do. Immutable: each {@code with} method returns a changed copy. All members of an ensemble need the same
 * policy, since whichever leads decides.
 */
public final class ServicePolicy {
    private static final ServicePolicy DEFAULTS = new ServicePolicy(Policy.DEFAULT);
    private static final String SUPER_USER = "super";

    private final Policy values;

    private ServicePolicy(Policy values) {
        this.values = values;
    }

    /** {@return the policy of a server that is told nothing: lists are enforced, and nobody is the super user} */
    public static ServicePolicy defaults() {
        return DEFAULTS;
    }

    /** {@return whether access control lists protect anything} */
    public boolean aclsEnforced() {
        return values.aclsEnforced();
    }

    /** {@return whether there is a super user} */
    public boolean hasSuperUser() {
        return !values.superDigest().isEmpty();
    }

    /**
     * {@return the same, enforcing access control lists or not}
     *
     * @param enforced {@code false} lets everybody do everything, as {@code skipACL=yes} of ZooKeeper does
     */
    public ServicePolicy withAclsEnforced(boolean enforced) {
        return new ServicePolicy(new Policy(enforced, values.superDigest()));
    }

    /**
     * {@return the same with a super user, whom no list holds back: a client that authenticates with the scheme
     * {@code digest} and {@code super:password} is it}
     *
     * <p>Blocking: reads the file. Only a hash of the password is kept.
     *
     * @param file a file whose one line is the password, and which others than its owner and group can neither read nor
     *     write
     * @throws ConfigException if the file cannot be read, others have access to it, or it has not exactly one line
     */
    public ServicePolicy withSuperPasswordFile(Path file) {
        return withSuperDigest(SUPER_USER + ":" + hash(SUPER_USER + ":" + password(file)));
    }

    /**
     * {@return the same with a super user whose digest is known}
     *
     * @param digest {@code user:hash}, with the hash in Base64 that ZooKeeper's {@code DigestAuthenticationProvider} prints
     * @throws ConfigException if it does not look like one
     */
    public ServicePolicy withSuperDigest(String digest) {
        if (!digest.matches("[^:]+:[A-Za-z0-9+/]{27}=")) {
            throw new ConfigException(
                    "the digest of the super user is not of the form user:hash, with a SHA-1 in Base64");
        }
        return new ServicePolicy(new Policy(values.aclsEnforced(), digest));
    }

    Policy values() {
        return values;
    }

    private static String password(Path file) {
        try {
            PosixFileAttributeView attributes = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (attributes != null) {
                requirePrivate(file, attributes.readAttributes().permissions());
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.size() != 1 || lines.get(0).isBlank()) {
                throw new ConfigException(
                        file + " has " + lines.size() + " lines; it must hold the super user's password in one line");
            }
            return lines.get(0);
        } catch (IOException e) {
            throw new ConfigException(file + ", which must hold the super user's password, cannot be read: " + e, e);
        }
    }

    private static void requirePrivate(Path file, Set<PosixFilePermission> permissions) {
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new ConfigException(
                    file + " holds the super user's password, and everybody on this machine has access to it; "
                            + "allow that only to its owner (chmod 600)");
        }
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new ConfigException("this JVM has no SHA-1, without which there can be no super user", e);
        }
    }
}
