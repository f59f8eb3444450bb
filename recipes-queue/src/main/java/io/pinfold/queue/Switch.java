package io.pinfold.queue;

import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.client.CreateOptions;
import io.pinfold.framework.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Turns the delivery of items off and on, for all consumers: by a znode among the claims, which they all watch anyway.
 * Stateless.
 */
final class Switch {
    /** No marker of an item or a key looks like it. */
    static final String PAUSED = "paused";

    private final QueueSite site;
    private final String path;

    Switch(QueueSite site) {
        this.site = site;
        this.path = site.layout().claims() + '/' + PAUSED;
    }

    CompletableFuture<Void> off() {
        Supplier<CompletableFuture<Void>> create = () -> site.async()
                .create(
                        path,
                        QueueSite.NOTHING,
                        CreateOptions.of(CreateMode.PERSISTENT).withAcl(site.acl()))
                .thenApply(created -> null);
        return fine(
                create.get()
                        .exceptionallyCompose(
                                failure -> Failures.causeOf(failure).code() == ErrorCode.NO_NODE
                                        ? site.layOut().thenCompose(done -> create.get())
                                        : CompletableFuture.failedFuture(failure)),
                ErrorCode.NODE_EXISTS);
    }

    CompletableFuture<Void> on() {
        return fine(site.async().delete(path, -1), ErrorCode.NO_NODE);
    }

    private static CompletableFuture<Void> fine(CompletableFuture<Void> change, ErrorCode already) {
        return change.exceptionallyCompose(failure -> Failures.causeOf(failure).code() == already
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(Failures.causeOf(failure)));
    }
}
