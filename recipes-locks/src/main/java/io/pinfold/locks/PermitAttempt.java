package io.pinfold.locks;

import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.LeaseLostException;
import io.pinfold.NoNodeException;
import io.pinfold.Op;
import io.pinfold.PinfoldException;
import io.pinfold.TransactionFailedException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.Watcher;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Failures;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.framework.LeasedNodes;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to get permits. In Apache Curator's layout whoever wants permits takes the place at the head of a queue
 * first; only the head counts the permits that are given out, waits until there is room, and takes all that it wants in
 * one transaction with a check that it is still the head.
 *
 * <pre>
 *   AGREEING -> QUEUEING -> LOOKING <-> FULL
 *                  ^           |
 *                  |           v
 *                  +------- TAKING -> OVER
 * </pre>
 *
 * <p>Confined to its progress, but for {@code reached} and the answer.
 */
final class PermitAttempt implements Answer.Work {
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** How long one that does not want to wait waits for its turn to look while others are served. */
    private static final Duration TURN = Duration.ofSeconds(1);

    private enum Step {
        /** The size is read, or written for the first time. */
        AGREEING,
        /** Others are before us. */
        QUEUEING,
        /** We are the head; the size and the permits given out are being read. */
        LOOKING,
        /** Not enough are free; both are watched. */
        FULL,
        /** The transaction is on its way. */
        TAKING,
        /** The caller has its answer, and nothing is left to be done. */
        OVER
    }

    private final RecipeClient client;
    private final SemaphoreTerms terms;
    private final int wanted;
    private final boolean patient;
    private final SerialExecutor progress;
    private final AsyncClient async;
    private final Answer<Permits> answer;
    private final Watcher watcher = event -> changed();
    private volatile boolean reached;
    private volatile @Nullable Contention contention;

    private Step step = Step.AGREEING;
    private boolean withdrawn;
    /** Whether something changed since the reading began that is under way. */
    private boolean stale;

    private int round;
    private @Nullable CompletableFuture<Optional<Lease>> queueing;
    private @Nullable Lease head;

    private PermitAttempt(RecipeClient client, SemaphoreTerms terms, int wanted, boolean patient) {
        this.client = client;
        this.terms = terms;
        this.wanted = wanted;
        this.patient = patient;
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.async = client.async(progress);
        this.answer = new Answer<>(client, terms.path(), Lease::close, this);
    }

    static Answer<Permits> begin(RecipeClient client, SemaphoreTerms terms, int wanted, boolean patient) {
        PermitAttempt attempt = new PermitAttempt(client, terms, wanted, patient);
        attempt.answer.observed();
        attempt.progress.executeInline(attempt::agree);
        return attempt.answer;
    }

    @Override
    public boolean reached() {
        Contention current = contention;
        return reached || current != null && current.reached();
    }

    @Override
    public void withdraw() {
        progress.execute(() -> {
            withdrawn = true;
            if (step != Step.TAKING) { // whose outcome comes first
                leave();
            }
        });
    }

    // How many there are.

    private void agree() {
        if (isOver()) {
            return;
        }
        step = Step.AGREEING;
        new SizeAgreement(async, terms).reach().whenComplete((stored, failure) -> {
            if (stored != null) {
                reached = true;
                guarded(() -> agreed(stored));
            } else if (Waiting.plain(failure) instanceof PinfoldException cause) {
                setback(cause, this::agree);
            } else {
                fail(Waiting.plain(failure));
            }
        });
    }

    private void agreed(SemaphoreSize.Stored stored) {
        check(stored);
        if (patient) {
            enqueue();
            return;
        }
        async.children(terms.leases(), null).whenComplete((children, failure) -> {
            if (children != null && SemaphoreTerms.given(children) + wanted > stored.now()) {
                refuse();
            } else {
                enqueue();
            }
        });
    }

    private void check(SemaphoreSize.Stored stored) {
        terms.size().compare(stored);
        if (wanted > stored.now()) {
            throw new IllegalArgumentException("The semaphore " + terms.path() + " has " + stored.now()
                    + " permits, so " + wanted + " at once are never to be had");
        }
    }

    // The queue.

    private void enqueue() {
        if (isOver()) {
            return;
        }
        step = Step.QUEUEING;
        round++;
        Contention entered = Contention.enter(client, terms.queue());
        contention = entered;
        CompletableFuture<Optional<Lease>> place = (patient ? entered : entered.within(TURN)).answer(held -> held);
        queueing = place;
        place.whenComplete((held, failure) -> progress.execute(() -> queued(place, held, failure)));
    }

    private void queued(
            CompletableFuture<Optional<Lease>> place, @Nullable Optional<Lease> held, @Nullable Throwable failure) {
        if (place != queueing) {
            if (held != null) {
                held.ifPresent(Lease::close); // granted before it was cancelled, and told of only now
            }
            return;
        }
        queueing = null;
        if (held == null) {
            fail(Failures.causeOf(failure));
        } else if (held.isEmpty()) {
            refuse();
        } else {
            reached = true;
            Lease mine = held.get();
            head = mine;
            mine.lost().thenRun(() -> progress.execute(() -> headLost(mine)));
            look();
        }
    }

    private void headLost(Lease lost) {
        if (head == lost && (step == Step.LOOKING || step == Step.FULL)) {
            queueAgain();
        }
    }

    private void queueAgain() {
        giveHeadBack();
        if (patient) {
            enqueue();
        } else {
            fail(new LeaseLostException(terms.path(), "The place in the queue of " + terms.path() + " was lost"));
        }
    }

    // The head of the queue.

    private void look() {
        if (isOver()) {
            return;
        }
        step = Step.LOOKING;
        stale = false;
        int asked = ++round;
        CompletableFuture<Node> size = async.get(terms.size().path(), watcher);
        CompletableFuture<Children> given = async.children(terms.leases(), watcher);
        size.thenCombine(given, (node, children) -> new Look(node, children)).whenComplete((seen, failure) -> {
            if (asked != round || step != Step.LOOKING) {
                return;
            }
            if (seen != null) {
                guarded(() -> judge(seen));
            } else {
                notSeen(Failures.causeOf(failure));
            }
        });
    }

    private record Look(Node size, Children given) {}

    private void notSeen(PinfoldException cause) {
        if (!(cause instanceof NoNodeException)) {
            setback(cause, this::lookAgain);
        } else if (cause.path().equals(Optional.of(terms.leases()))) {
            CreateOptions container = CreateOptions.of(CreateMode.CONTAINER).withAcl(terms.acl());
            async.create(terms.leases(), null, container.withParents()).whenComplete((made, failure) -> {
                PinfoldException problem = failure == null ? null : Failures.causeOf(failure);
                if (problem == null || problem.code() == ErrorCode.NODE_EXISTS) {
                    look();
                } else {
                    setback(problem, this::lookAgain);
                }
            });
        } else {
            giveHeadBack(); // somebody deleted the size
            agree();
        }
    }

    private void lookAgain() {
        Lease mine = head;
        if (mine == null || mine.state() == LeaseState.LOST) {
            queueAgain();
        } else {
            look();
        }
    }

    private void judge(Look seen) {
        SemaphoreSize.Stored stored = terms.size().read(seen.size().data());
        if (stored == null) {
            giveHeadBack();
            agree();
            return;
        }
        check(stored);
        if (SemaphoreTerms.given(seen.given()) + wanted <= stored.now()) {
            take(seen.size().version());
        } else if (!patient) {
            refuse();
        } else if (stale) {
            look();
        } else {
            step = Step.FULL;
        }
    }

    private void changed() {
        stale = true;
        if (step == Step.FULL) {
            look();
        }
    }

    /** Takes what it wants if the size is still the one that was read. */
    private void take(int sizeVersion) {
        Lease mine = head;
        if (mine == null) {
            throw new IllegalStateException("Taking permits without being the head of the queue");
        }
        step = Step.TAKING;
        stopWatching();
        Session session = client.session();
        String prefix = SemaphoreTerms.LEASE_NAMES.request(client.runtime().newGuid());
        Op creation = new Op.Create(
                ZnodePath.child(terms.leases(), prefix),
                terms.owner(),
                terms.acl(),
                CreateMode.EPHEMERAL_SEQUENTIAL,
                -1);
        List<Op> ops = new ArrayList<>(Collections.nCopies(wanted, creation));
        ops.add(Op.check(terms.size().path(), sizeVersion));
        new GuardedCreation(client, async, mine, terms.leases(), prefix, ops)
                .start()
                .whenComplete((made, failure) -> progress.execute(() -> {
                    if (made != null) {
                        taken(session, made);
                    } else {
                        notTaken(Failures.causeOf(failure));
                    }
                }));
    }

    private void taken(Session session, GuardedCreation.Made made) {
        Permits permits = new HeldPermits(LeasedNodes.hold(client, session, made.paths(), made.czxid()), wanted);
        if (session.id() != made.owner() || permits.state() == LeaseState.LOST) {
            permits.close();
            queueAgain();
        } else {
            answer.give(permits);
            leave();
        }
    }

    private void notTaken(PinfoldException cause) {
        if (isOver()) {
            return;
        }
        if (cause instanceof LeaseLostException) {
            queueAgain();
        } else if (cause instanceof TransactionFailedException
                && (cause.code() == ErrorCode.NO_NODE || cause.code() == ErrorCode.BAD_VERSION)) {
            look(); // the empty container was reaped, or the size changed
        } else {
            setback(cause, this::lookAgain);
        }
    }

    // Ends.

    /** Whoever waits goes on after a while if that may help. */
    private void setback(PinfoldException cause, Runnable again) {
        if (isOver()) {
            return;
        }
        if (patient && Failures.mayPass(cause)) {
            step = step == Step.TAKING ? Step.LOOKING : step;
            int paused = ++round;
            client.runtime()
                    .schedule(
                            PAUSE,
                            () -> progress.execute(() -> {
                                if (paused == round && !isOver()) {
                                    again.run();
                                }
                            }));
        } else {
            fail(cause);
        }
    }

    /** Wrong use ends the attempt. */
    private void guarded(Runnable decision) {
        try {
            decision.run();
        } catch (IllegalStateException | IllegalArgumentException wrongUse) {
            fail(wrongUse);
        }
    }

    private void fail(RuntimeException cause) {
        answer.fail(cause);
        leave();
    }

    private void refuse() {
        answer.refuse();
        leave();
    }

    /** Whether nobody waits any more; if so, sees to it that nothing is left. */
    private boolean isOver() {
        if (withdrawn && step != Step.OVER) {
            leave();
        }
        return step == Step.OVER;
    }

    private void leave() {
        step = Step.OVER;
        CompletableFuture<Optional<Lease>> place = queueing;
        queueing = null;
        if (place != null) {
            place.cancel(false);
        }
        giveHeadBack();
    }

    private void giveHeadBack() {
        stopWatching();
        Lease mine = head;
        head = null;
        if (mine != null) {
            mine.close();
        }
    }

    private void stopWatching() {
        if (head != null) {
            async.removeWatcher(terms.size().path(), watcher);
            async.removeWatcher(terms.leases(), watcher);
        }
    }
}
