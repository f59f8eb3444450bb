package io.pinfold.server.engine;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.server.engine.AuditLine.Kind;
import io.pinfold.server.engine.AuditLine.Result;
import io.pinfold.wire.Request;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for what the clients of this member changed or were refused, under Apache ZooKeeper's names. Each change has its line
 * when it is answered, or when its connection is gone before that. Neither passwords nor their hashes come into it. Confined to
 * the node loop.
 */
final class Audit {
    private final Effects effects;

    Audit(Effects effects) {
        this.effects = effects;
    }

    // ---- changes ----

    /** A change is about to be answered. */
    void answered(PendingRequest pending) {
        write(pending, pending.logged ? Result.SUCCESS : Result.FAILURE);
    }

    /** A connection is gone; what it waited for has no answer any more, but may have happened. */
    void gone(Connection connection) {
        for (PendingRequest pending : connection.waiting) {
            if (pending.kind != PendingRequest.Kind.WRITE) {
                continue;
            }
            if (pending.done) {
                answered(pending);
            } else {
                write(pending, Result.INVOKED);
            }
        }
    }

    /** A session is over, and its ephemeral znodes with it; every member says so, since no client asked for each. */
    void ended(long sessionId, List<String> ephemerals) {
        if (ephemerals.isEmpty() || !effects.audits(Kind.CHANGE)) {
            return;
        }
        for (String path : ephemerals) {
            effects.audit(new AuditLine()
                    .with("session", "0x" + Long.toHexString(sessionId))
                    .with("user", effects.serverUser())
                    .with("operation", "ephemeralZNodeDeletionOnSessionCloseOrExpire")
                    .with("znode", path)
                    .end(Result.SUCCESS));
        }
    }

    private void write(PendingRequest pending, Result result) {
        Request request = pending.request;
        if (request == null || !effects.audits(kind(request))) {
            return;
        }
        if (request instanceof Request.Multi multi && result == Result.SUCCESS) {
            for (int i = 0; i < multi.ops().size(); i++) {
                one(pending, multi.ops().get(i), pending.results.subList(i, i + 1), result);
            }
        } else {
            one(pending, request, pending.results, result);
        }
    }

    private static Kind kind(Request request) {
        return request instanceof Request.SetAcl || request instanceof Request.Reconfig ? Kind.SECURITY : Kind.CHANGE;
    }

    private void one(PendingRequest pending, Request request, List<OpResult> results, Result result) {
        String operation = operation(request);
        if (operation.isEmpty()) {
            return;
        }
        AuditLine line = line(pending.connection, pending.identities).with("operation", operation);
        if (request instanceof Request.Create create) {
            line.with("znode", created(create, results)).with("znode_type", type(create.flags()));
            line.with("acl", create.acl().equals(Acl.OPEN) ? "" : text(create.acl()));
        } else if (request instanceof Request.Delete delete) {
            line.with("znode", delete.path());
        } else if (request instanceof Request.SetData set) {
            line.with("znode", set.path());
        } else if (request instanceof Request.SetAcl set) {
            line.with("znode", set.path()).with("acl", text(set.acl()));
        } else if (request instanceof Request.Reconfig reconfig) {
            line.with("znode", "/zookeeper/config").with("members", text(reconfig));
        }
        line.with("reason", result == Result.FAILURE ? reason(pending) : "");
        effects.audit(line.end(result));
    }

    private static String operation(Request request) {
        if (request instanceof Request.Create) {
            return "create";
        } else if (request instanceof Request.Delete) {
            return "delete";
        } else if (request instanceof Request.SetData) {
            return "setData";
        } else if (request instanceof Request.SetAcl) {
            return "setAcl";
        } else if (request instanceof Request.Reconfig) {
            return "reconfig";
        } else if (request instanceof Request.CloseSession) {
            return "closeSession";
        }
        return request instanceof Request.Multi ? "multiOperation" : "";
    }

    /** A sequential znode has its name from the server. */
    private static String created(Request.Create create, List<OpResult> results) {
        return !results.isEmpty() && results.get(0) instanceof OpResult.Created created
                ? created.path()
                : create.path();
    }

    private static String type(int flags) {
        CreateMode mode = CreateMode.ofFlag(flags);
        return mode == null ? "" : mode.name().toLowerCase(Locale.ROOT);
    }

    private static String reason(PendingRequest pending) {
        if (pending.failedMulti != null) {
            for (OpResult result : pending.failedMulti) {
                if (result instanceof OpResult.Failed failed && failed.code() != ErrorCode.OK) {
                    return failed.code().name();
                }
            }
        }
        return pending.refusal.name();
    }

    private static String text(Request.Reconfig request) {
        return List.of(part("=", request.newMembers()), part("+", request.joining()), part("-", request.leaving()))
                .stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static String part(String sign, @Nullable String members) {
        return members == null || members.isEmpty()
                ? ""
                : sign + members.strip().replace('\n', ',');
    }

    private static String text(List<Acl> acl) {
        return acl.stream()
                .map(entry ->
                        entry.scheme() + ":" + shown(entry.scheme(), entry.id()) + ":" + letters(entry.permissions()))
                .collect(Collectors.joining(","));
    }

    private static String letters(int permissions) {
        StringBuilder letters = new StringBuilder(5);
        letters.append((permissions & Acl.CREATE) == 0 ? "" : "c");
        letters.append((permissions & Acl.DELETE) == 0 ? "" : "d");
        letters.append((permissions & Acl.READ) == 0 ? "" : "r");
        letters.append((permissions & Acl.WRITE) == 0 ? "" : "w");
        letters.append((permissions & Acl.ADMIN) == 0 ? "" : "a");
        return letters.toString();
    }

    /** The hash of a password is not for everybody who may read a log. */
    private static String shown(String scheme, String id) {
        int colon = scheme.equals("digest") ? id.indexOf(':') : -1;
        return colon < 0 ? id : id.substring(0, colon) + ":x";
    }

    // ---- who it is ----

    /** A client proved who it is, or could not. */
    void proof(Connection connection, String scheme, boolean proven) {
        if (effects.audits(proven ? Kind.CHANGE : Kind.SECURITY)) {
            effects.audit(line(connection, connection.identities)
                    .with("operation", "authenticate")
                    .with("scheme", scheme)
                    .end(proven ? Result.SUCCESS : Result.FAILURE));
        }
    }

    private static AuditLine line(Connection connection, List<AuthId> identities) {
        return new AuditLine()
                .with("session", "0x" + Long.toHexString(connection.sessionId))
                .with("user", users(identities))
                .with("ip", connection.remote);
    }

    private static String users(List<AuthId> identities) {
        return Authentication.shown(identities).stream()
                .map(id -> id.id().isEmpty() ? id.scheme() : id.id())
                .collect(Collectors.joining(","));
    }
}
