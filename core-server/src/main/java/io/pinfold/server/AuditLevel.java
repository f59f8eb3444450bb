package io.pinfold.server;

import io.pinfold.server.engine.AuditLine.Kind;
import java.util.Set;

/** What a member writes to its audit log, the logger {@code io.pinfold.audit}. */
public enum AuditLevel {
    /** Nothing; {@code audit.enable=false}. */
    NONE(Set.of()),
    /**
     * Changes of access control lists and of the membership, done or refused; logins and certificates that were refused; links
     * with peers. The default.
     */
    SECURITY(Set.of(Kind.SECURITY)),
    /** Every change and every login as well, as Apache ZooKeeper does it; {@code audit.enable=true}. */
    ALL(Set.of(Kind.SECURITY, Kind.CHANGE));

    private final Set<Kind> kinds;

    AuditLevel(Set<Kind> kinds) {
        this.kinds = kinds;
    }

    Set<Kind> kinds() {
        return kinds;
    }
}
