package io.pinfold.server;

import io.pinfold.server.engine.Policy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;

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

    /** {@return the policy of a server that is told nothing: that of an Apache ZooKeeper that was told nothing} */
    public static ServicePolicy defaults() {
        return DEFAULTS;
    }

    /** {@return whether access control lists protect anything} */
    public boolean aclsEnforced() {
        return values.aclsEnforced();
    }

    /** {@return whether znodes may have a time to live} */
    public boolean extendedTypes() {
        return values.extendedTypes();
    }

    /** {@return whether hard quotas refuse what goes beyond them} */
    public boolean quotasEnforced() {
        return values.quotasEnforced();
    }

    /** {@return whether clients may change who belongs to the ensemble} */
    public boolean reconfigEnabled() {
        return values.reconfigEnabled();
    }

    /** {@return whether a member without a quorum serves reads to clients that ask for it} */
    public boolean readOnlyMode() {
        return values.readOnlyMode();
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
        return changed(
                enforced, values.superDigest(), values.extendedTypes(), values.quotasEnforced(), values.removal());
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
        return withSuperDigest(
                SUPER_USER + ":" + hash(SUPER_USER + ":" + SecretFile.line(file, "the super user's password")));
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
        return changed(
                values.aclsEnforced(), digest, values.extendedTypes(), values.quotasEnforced(), values.removal());
    }

    /**
     * {@return the same, allowing znodes with a time to live or not}
     *
     * @param allowed {@code true} for {@code extendedTypesEnabled=true} of ZooKeeper; such znodes stay and go as they should
     *     also when it is taken back
     */
    public ServicePolicy withExtendedTypes(boolean allowed) {
        return changed(values.aclsEnforced(), values.superDigest(), allowed, values.quotasEnforced(), values.removal());
    }

    /**
     * {@return the same, enforcing quotas or not}
     *
     * @param enforced {@code true} for {@code enforceQuota=true} of ZooKeeper; what is used is counted in any case
     */
    public ServicePolicy withQuotasEnforced(boolean enforced) {
        return changed(values.aclsEnforced(), values.superDigest(), values.extendedTypes(), enforced, values.removal());
    }

    /**
     * {@return the same, letting clients change who belongs to the ensemble or not}
     *
     * <p>Even then only those may whom the list of {@code /zookeeper/config} allows to write: the super user, unless that list
     * is changed.
     *
     * @param enabled {@code true} for {@code reconfigEnabled=true} of ZooKeeper
     */
    public ServicePolicy withReconfigEnabled(boolean enabled) {
        return new ServicePolicy(new Policy(
                values.aclsEnforced(),
                values.superDigest(),
                values.extendedTypes(),
                values.quotasEnforced(),
                enabled,
                values.readOnlyMode(),
                values.removal()));
    }

    /**
     * {@return the same, serving reads without a quorum or not}
     *
     * @param served {@code true} for {@code readonlymode.enabled=true} of ZooKeeper: a member that has no quorum serves reads, of
     *     what it knew last, to clients that say that they can do with that
     */
    public ServicePolicy withReadOnlyMode(boolean served) {
        return new ServicePolicy(new Policy(
                values.aclsEnforced(),
                values.superDigest(),
                values.extendedTypes(),
                values.quotasEnforced(),
                values.reconfigEnabled(),
                served,
                values.removal()));
    }

    /**
     * {@return the same, looking for containers and znodes to delete at another interval}
     *
     * @param interval 1 ms or more; {@code znode.container.checkIntervalMs} of ZooKeeper, a minute unless set
     */
    public ServicePolicy withRemovalInterval(Duration interval) {
        int millis = number("znode.container.checkIntervalMs", interval.toMillis(), 1);
        Policy.Removal removal = values.removal();
        return removing(new Policy.Removal(millis, removal.perMinute(), removal.neverUsedMillis()));
    }

    /**
     * {@return the same, deleting containers and znodes whose time is over at another rate}
     *
     * @param perMinute 1 or more; {@code znode.container.maxPerMinute} of ZooKeeper, 10000 unless set
     */
    public ServicePolicy withRemovalsPerMinute(int perMinute) {
        Policy.Removal removal = values.removal();
        int checked = number("znode.container.maxPerMinute", perMinute, 1);
        return removing(new Policy.Removal(removal.intervalMillis(), checked, removal.neverUsedMillis()));
    }

    /**
     * {@return the same, deleting containers that never had a child at another age}
     *
     * @param age {@code znode.container.maxNeverUsedIntervalMs} of ZooKeeper; zero for never, as it is unless set
     */
    public ServicePolicy withUnusedContainersRemovedAfter(Duration age) {
        int millis = number("znode.container.maxNeverUsedIntervalMs", age.toMillis(), 0);
        Policy.Removal removal = values.removal();
        return removing(new Policy.Removal(removal.intervalMillis(), removal.perMinute(), millis));
    }

    private ServicePolicy removing(Policy.Removal removal) {
        return changed(
                values.aclsEnforced(), values.superDigest(), values.extendedTypes(), values.quotasEnforced(), removal);
    }

    private ServicePolicy changed(
            boolean acls, String superDigest, boolean extendedTypes, boolean quotas, Policy.Removal removal) {
        return new ServicePolicy(new Policy(
                acls, superDigest, extendedTypes, quotas, values.reconfigEnabled(), values.readOnlyMode(), removal));
    }

    private static int number(String key, long value, int min) {
        if (value < min || value > Integer.MAX_VALUE) {
            throw new ConfigException(
                    key + "=" + value + " is out of range; allowed is " + ServerConfig.range(min, Integer.MAX_VALUE));
        }
        return (int) value;
    }

    Policy values() {
        return values;
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
