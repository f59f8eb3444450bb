package io.pinfold.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/** A request or a reply that a proxy is to lose. Thread-safe: one atomic count. */
final class Loss {
    private final IntPredicate ops;
    private final boolean ofRequest;
    private final AtomicInteger remaining;
    private final CompletableFuture<Void> happened = new CompletableFuture<>();

    Loss(IntPredicate ops, int nth, boolean ofRequest) {
        this.ops = ops;
        this.ofRequest = ofRequest;
        this.remaining = new AtomicInteger(nth);
    }

    /** {@return whether the request with this code, which passes now, is the one} */
    boolean countDown(int passingOpCode) {
        return ops.test(passingOpCode) && remaining.decrementAndGet() == 0;
    }

    boolean ofRequest() {
        return ofRequest;
    }

    CompletableFuture<Void> happened() {
        return happened;
    }
}
