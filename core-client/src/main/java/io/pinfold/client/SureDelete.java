package io.pinfold.client;

import io.pinfold.NoNodeException;
import io.pinfold.PinfoldException;
import io.pinfold.client.session.Call.Loss;
import io.pinfold.wire.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a znode whose name is never used again, as often as it takes: until it is gone or the session that was current
 * at the start is. Confined to the client's loop; completes on its lane.
 */
final class SureDelete {
    private static final Logger LOG = LoggerFactory.getLogger(SureDelete.class);
    /** That of clean-up: the user's policy is about calls that the user waits for. */
    static final RetryPolicy RETRY = RetryPolicy.exponential(Duration.ofMillis(10), Duration.ofSeconds(1));

    static final long REFUSED_PAUSE_NANOS = 1_000_000_000;

    private final ClientCore core;
    private final Chroot chroot;
    private final @Nullable LiveSession owner;
    private final Lane lane;
    private final String path;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private int sessionNumber;
    private boolean refusalLogged;

    SureDelete(ClientCore core, Chroot chroot, @Nullable LiveSession owner, Lane lane, String path) {
        this.core = core;
        this.chroot = chroot;
        this.owner = owner;
        this.lane = lane;
        this.path = path;
    }

    CompletableFuture<Void> start() {
        core.submit(this::begin);
        return done;
    }

    /** Begins; on the loop. */
    CompletableFuture<Void> begin() {
        sessionNumber = core.session().sessionNumber();
        attempt().enter();
        return done;
    }

    private Operation<Boolean> attempt() {
        Operation<Boolean> delete = new Operation<Boolean>(
                        core,
                        Lane.DIRECT,
                        path,
                        new Request.Delete(chroot.toServer(path), -1),
                        (p, body) -> Boolean.TRUE)
                .repeatable() // the name is unique: deleting it twice deletes it once
                .retrying(RETRY)
                .until(Long.MAX_VALUE)
                .ownedBy(owner)
                .boundTo(sessionNumber);
        delete.whenComplete((deleted, failure) -> attempted(delete, failure));
        return delete;
    }

    private void attempted(Operation<Boolean> delete, @Nullable Throwable failure) {
        Loss loss = delete.loss();
        if (failure == null || failure instanceof NoNodeException || loss != null && loss != Loss.CONNECTION) {
            lane.execute(() -> done.complete(null));
            return;
        }
        if (!refusalLogged && failure instanceof PinfoldException refusal) {
            refusalLogged = true;
            LOG.warn("deletion-delayed path={} reason={}", path, refusal.getMessage());
        }
        attempt().enterAt(core.host().nanoTime() + REFUSED_PAUSE_NANOS);
    }
}
