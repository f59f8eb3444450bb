package io.pinfold.framework;

import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.Blocking;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The blocking forms of what recipes do in the background. Stateless. */
public final class Waiting {
    /** As good as for ever, and can be counted in nanoseconds. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

    private Waiting() {}

    /**
     * Waits for others, however long that takes.
     *
     * @param event what is waited for; cancelled if the thread is interrupted
     * @param <T> what comes of it
     * @return what came of it; if it came in the moment of an interrupt, the flag is set again
     * @throws io.pinfold.PinfoldException as the event failed
     * @throws InterruptedException if the thread is interrupted; nothing came of the event then
     */
    public static <T> T forever(CompletableFuture<T> event) throws InterruptedException {
        try {
            return Blocking.get(event);
        } catch (ExecutionException e) {
            throw cause(e.getCause());
        } catch (InterruptedException e) {
            return inTheMomentOf(e, event);
        }
    }

    /**
     * Waits for others for some time.
     *
     * @param event what is waited for; cancelled if the time is over or the thread is interrupted
     * @param timeout how long at most
     * @param <T> what comes of it
     * @return what came of it, or empty if the time is over; as for {@link #forever} if it came in the moment of either
     * @throws io.pinfold.PinfoldException as the event failed
     * @throws InterruptedException if the thread is interrupted; nothing came of the event then
     */
    public static <T> Optional<T> atMost(CompletableFuture<T> event, Duration timeout) throws InterruptedException {
        Duration longest = timeout.compareTo(LONGEST_WAIT) < 0 ? timeout : LONGEST_WAIT;
        try {
            return Optional.of(Blocking.get(event, Math.max(0, longest.toNanos())));
        } catch (TimeoutException e) {
            return cameAfterAll(event) ? Optional.of(event.join()) : Optional.empty();
        } catch (ExecutionException e) {
            throw cause(e.getCause());
        } catch (InterruptedException e) {
            return Optional.of(inTheMomentOf(e, event));
        }
    }

    /** What came and is not given to the caller, nobody would give back. */
    private static <T> T inTheMomentOf(InterruptedException interrupt, CompletableFuture<T> event)
            throws InterruptedException {
        if (!cameAfterAll(event)) {
            throw interrupt;
        }
        Thread.currentThread().interrupt();
        return event.join();
    }

    private static boolean cameAfterAll(CompletableFuture<?> event) {
        event.cancel(false);
        return !event.isCompletedExceptionally();
    }

    /**
     * Waits for others for some time, where nothing but the event itself is of interest.
     *
     * @param event what is waited for; cancelled if the time is over or the thread is interrupted
     * @param timeout how long at most
     * @return whether it came in time
     * @throws io.pinfold.PinfoldException as the event failed
     * @throws InterruptedException if the thread is interrupted
     */
    public static boolean inTime(CompletableFuture<Void> event, Duration timeout) throws InterruptedException {
        CompletableFuture<Boolean> came = new CompletableFuture<>();
        event.whenComplete((nothing, failure) -> {
            if (failure == null) {
                came.complete(true);
            } else {
                came.completeExceptionally(failure);
            }
        });
        came.whenComplete((yes, failure) -> event.cancel(false));
        return atMost(came, timeout).isPresent();
    }

    /**
     * Waits for the answer to a change; the client's operation timeout bounds the time.
     *
     * @param change the change, under way
     * @param path what is changed
     * @param <T> what comes back
     * @return the answer
     * @throws io.pinfold.PinfoldException as the change failed
     * @throws OutcomeUnknownException also if the thread is interrupted; its flag is set again
     */
    public static <T> T forChange(CompletableFuture<T> change, String path) {
        try {
            return Blocking.get(change);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknownException(path, "Interrupted while changing " + path);
        } catch (ExecutionException | CancellationException e) {
            throw cause(e instanceof ExecutionException ? e.getCause() : e);
        }
    }

    private static RuntimeException cause(@Nullable Throwable failure) {
        Throwable cause = Failures.innermost(failure);
        return cause instanceof RuntimeException known ? known : Failures.causeOf(cause);
    }
}
