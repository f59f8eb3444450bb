package io.pinfold.election;

import java.util.concurrent.CompletionStage;

/** What a candidate does while it leads, for leaders that need no thread. */
@FunctionalInterface
public interface LeaderTask {
    /**
     * Begins to lead. Called on the client's callback executor, again for each term, never while an earlier term's stage
     * is not complete.
     *
     * @param leadership the leadership of this term; need not be closed
     * @return completes when the leader has stopped, which is to resign; soon after {@link Leadership#ended()} at the
     *     latest, because its candidate waits for it
     */
    CompletionStage<?> lead(Leadership leadership);
}
