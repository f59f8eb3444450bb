package io.pinfold.cli.sim;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** What becomes of an answer that is wanted in another form. Stateless. */
final class Asked {
    private Asked() {}

    /**
     * {@return the answer in another form; to cancel it cancels the question}
     *
     * @param answer the answer
     * @param form makes the other form of it
     * @param discard takes an answer that nobody wants any more
     */
    static <A, B> CompletableFuture<B> as(CompletableFuture<A> answer, Function<A, B> form, Consumer<A> discard) {
        CompletableFuture<B> wanted = new CompletableFuture<>();
        answer.whenComplete((given, failure) -> {
            if (failure != null) {
                wanted.completeExceptionally(failure);
            } else if (!wanted.complete(form.apply(given))) {
                discard.accept(given);
            }
        });
        wanted.whenComplete((given, failure) -> {
            if (wanted.isCancelled()) {
                answer.cancel(false);
            }
        });
        return wanted;
    }
}
