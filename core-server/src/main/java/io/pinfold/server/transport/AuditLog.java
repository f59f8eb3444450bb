package io.pinfold.server.transport;

import io.pinfold.server.engine.AuditLine;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit log: a logger of its own, so that it can have a file of its own. Thread-safe. */
public final class AuditLog {
    /** Where nothing is written. */
    public static final AuditLog NONE = new AuditLog(Set.of());

    private static final Logger LOG = LoggerFactory.getLogger("io.pinfold.audit");

    private final Set<AuditLine.Kind> wanted;

    /** Makes a log of the lines of these kinds. */
    public AuditLog(Set<AuditLine.Kind> wanted) {
        this.wanted = Set.copyOf(wanted);
    }

    boolean wants(AuditLine.Kind kind) {
        return wanted.contains(kind);
    }

    void write(String line) {
        LOG.info("{}", line);
    }

    static String serverUser() {
        return System.getProperty("user.name", "");
    }

    /** Says that a member begins to serve, or ends. */
    public void server(int member, String operation) {
        AuditLine line = new AuditLine().with("user", serverUser()).with("operation", operation);
        write(AuditLine.Kind.CHANGE, line.with("member", Integer.toString(member)), AuditLine.Result.SUCCESS);
    }

    /** Writes what the engine does not hear of, if that is wanted. */
    void write(AuditLine.Kind kind, AuditLine line, AuditLine.Result result) {
        if (wants(kind)) {
            write(line.end(result));
        }
    }
}
