package io.pinfold.client;

import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.client.session.Call.Loss;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the znode of a guarded creation whose reply was lost: by its path if that is known, else by its prefix among
 * the children of its parent. Confined to the client's loop.
 */
final class GuardSearch {
    /** What was found: a znode, or none, or a failure to look. */
    @FunctionalInterface
    interface Answer {
        void found(@Nullable Created created, @Nullable PinfoldException failure);
    }

    private final ClientCore core;
    private final Chroot chroot;
    private final String path;
    private final String prefix;
    private final CreateOptions options;
    private final long deadlineNanos;
    private final RetryPolicy retry;
    private int sessionNumber;
    private @Nullable Loss loss;

    GuardSearch(
            ClientCore core,
            Chroot chroot,
            String path,
            String prefix,
            CreateOptions options,
            long deadlineNanos,
            RetryPolicy retry) {
        this.core = core;
        this.chroot = chroot;
        this.path = path;
        this.prefix = prefix;
        this.options = options;
        this.deadlineNanos = deadlineNanos;
        this.retry = retry;
    }

    /** {@return why it could not look, if a call of its own got no answer} */
    @Nullable
    Loss loss() {
        return loss;
    }

    void find(int inSession, Answer answer) {
        sessionNumber = inSession;
        // The reply is awaited: over a lost connection each call is repeated by itself, and the read could come first.
        Operation<Boolean> sync =
                read(new Request.Sync(chroot.toServer(path)), ZnodePath.ROOT, (p, body) -> Boolean.TRUE);
        sync.whenComplete((done, failure) -> {
            if (failure != null) {
                failed(sync, failure, answer);
            } else if (options.mode().isSequential()) {
                list(answer);
            } else {
                look(path, answer);
            }
        });
        sync.enter();
    }

    private void list(Answer answer) {
        String parent = ZnodePath.parent(path);
        Operation<List<String>> list = read(
                        new Request.GetChildren(chroot.toServer(parent), false),
                        parent,
                        (p, body) -> ReplyBodies.readNames(body))
                .ifMissing(List.of());
        list.whenComplete((names, failure) -> {
            if (failure != null) {
                failed(list, failure, answer);
                return;
            }
            String own = null;
            for (String name : names) {
                own = name.startsWith(prefix) ? name : own;
            }
            if (own == null) {
                answer.found(null, null);
            } else {
                look(ZnodePath.child(parent, own), answer);
            }
        });
        list.enter();
    }

    private void look(String at, Answer answer) {
        Operation<Optional<Stat>> exists = read(
                        new Request.Exists(chroot.toServer(at), false),
                        at,
                        (p, body) -> Optional.of(Replies.readStat(body)))
                .ifMissing(Optional.empty());
        exists.whenComplete((stat, failure) -> {
            if (failure != null) {
                failed(exists, failure, answer);
            } else if (stat.isPresent() && isOurs(stat.get())) {
                answer.found(new Created(at, stat.get()), null);
            } else {
                answer.found(null, null);
            }
        });
        exists.enter();
    }

    /** An ephemeral znode of another session is about to vanish, whatever its name. */
    private boolean isOurs(Stat stat) {
        return !options.mode().isEphemeral()
                || stat.ephemeralOwner() == core.session().sessionId();
    }

    private <T> Operation<T> read(Request request, String about, Operation.Decoder<T> decoder) {
        return new Operation<>(core, Lane.DIRECT, about, request, decoder)
                .repeatable()
                .retrying(retry)
                .until(deadlineNanos)
                .boundTo(sessionNumber);
    }

    private void failed(Operation<?> read, Throwable failure, Answer answer) {
        loss = read.loss();
        answer.found(null, Await.failure(failure));
    }
}
