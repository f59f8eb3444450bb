package io.pinfold.framework;

import io.pinfold.BadVersionException;
import io.pinfold.ClientClosedException;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.SessionExpiredException;
import io.pinfold.Stat;
import io.pinfold.WatchEvent;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Created;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import io.pinfold.client.Watcher;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates a znode, looks after it, creates it again, and in the end deletes it.
 *
 * <p>A znode is known to be ours by its {@code czxid}; after a creation that lost its reply, by its session. Every other
 * one at the path is somebody else's, and only looked at. Changes are bound to the session that made it: when that is over,
 * the znode at the path may be another one, even in the same version.
 *
 * <p>Confined to the owned node's progress, but for {@link #close}, which any thread may call.
 */
final class NodeKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(OwnedNode.class);
    private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
    private static final int PAUSE_DOUBLINGS_MAX = 5;

    /** What the keeper achieves. */
    interface Outcome {
        void there(Stat stat);

        void away();

        void occupied();

        /** The znode carries the data that were given last. */
        void written();

        /** Nothing more is tried. */
        void ended(PinfoldException cause);

        /** No znode of ours is left. */
        void gone();
    }

    private final RecipeClient client;
    private final AsyncClient async;
    private final SerialExecutor progress;
    private final String path;
    private final CreateOptions options;
    private final boolean patient;
    private final Outcome outcome;
    private final Watcher watcher = this::onEvent;
    private final Set<Long> earlierSessions = new HashSet<>();

    private byte @Nullable [] data;
    /** Written by the progress; read by who closes, too. */
    private volatile @Nullable Stat own;
    /** Counts looks; an answer to an older one is not taken, nor is a pause ended. */
    private int round;

    private int setbacks;
    private boolean wasThere;
    private boolean creating;
    private boolean writing;
    /** A creation in the present session lost its reply. */
    private boolean maybeThere;
    /** The znode may carry other data than it should. */
    private boolean dirty;

    private boolean closed;
    /** Set by who closes: nothing is begun any more, though the progress has not closed yet. */
    private final AtomicBoolean closing = new AtomicBoolean();
    /** The deletion that who closes began; the progress takes it from there. */
    private volatile @Nullable CompletableFuture<Void> begunDeletion;

    private boolean watched;
    private @Nullable Subscription sessions;

    NodeKeeper(
            RecipeClient client,
            SerialExecutor progress,
            String path,
            byte @Nullable [] data,
            CreateOptions options,
            boolean patient,
            Outcome outcome) {
        this.client = client;
        this.async = client.async(progress);
        this.progress = progress;
        this.path = path;
        this.data = data;
        this.options = options;
        this.patient = patient;
        this.outcome = outcome;
    }

    void begin() {
        sessions = client.addSessionListener(this::onSession, progress);
        attempt();
    }

    boolean isClosed() {
        return closed;
    }

    /** {@return whether somebody closed it, of which the progress may not know yet} */
    boolean isGivenUp() {
        return closing.get();
    }

    void update(byte @Nullable [] bytes) {
        data = bytes;
        dirty = true;
        write();
    }

    /**
     * Gives the znode up. The deletion leaves from the calling thread: what that thread asks the server next comes after it,
     * so it may well have another znode made at the path.
     */
    void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        begunDeletion = beginDeletion();
        progress.execute(() -> end(new ClientClosedException(path, "The znode was given up: " + path)));
    }

    // Creating.

    private void attempt() {
        if (closed || closing.get() || creating) {
            return;
        }
        round++;
        byte[] sent = data;
        creating = true;
        async.create(path, sent, options).whenComplete((made, failure) -> {
            creating = false;
            if (made != null) {
                onCreated(made, sent);
            } else {
                onRefused(Failures.causeOf(failure));
            }
        });
    }

    private void onCreated(Created made, byte @Nullable [] sent) {
        own = made.stat();
        if (closed) {
            remove();
            return;
        }
        setbacks = 0;
        there(made.stat());
        if (sent == data) {
            written();
        }
        look(false);
    }

    private void onRefused(PinfoldException cause) {
        maybeThere |= cause instanceof OutcomeUnknownException;
        if (closed) {
            remove();
        } else if (cause instanceof NodeExistsException) {
            look(true);
        } else if (cause instanceof OutcomeUnknownException
                || cause instanceof NoNodeException
                || Failures.mayPass(cause)) {
            later(this::attempt);
        } else if (wasThere && !(cause instanceof ClientClosedException)) {
            LOG.warn("owned-node-refused path={} reason={}", path, cause.getMessage());
            later(this::attempt);
        } else {
            end(cause);
        }
    }

    // Looking after it.

    /** Looks who is there, and learns of the next change. After a refusal, behind what the leader knows. */
    private void look(boolean behindLeader) {
        if (closed || closing.get()) {
            return;
        }
        int asked = ++round;
        if (behindLeader) {
            async.sync(path);
        }
        watched = true;
        async.exists(path, watcher).whenComplete((found, failure) -> {
            if (asked != round || closed) {
                return;
            }
            if (found == null) {
                later(() -> look(behindLeader));
            } else if (found.isEmpty()) {
                away();
                attempt();
            } else {
                classify(found.get());
            }
        });
    }

    private void classify(Stat stat) {
        Stat known = own;
        boolean ours = known != null && known.czxid() == stat.czxid();
        boolean found = maybeThere && stat.ephemeralOwner() == client.session().id();
        if (ours || found) {
            dirty |= !ours;
            own = stat;
            there(stat);
            write();
        } else if (earlierSessions.contains(stat.ephemeralOwner())) {
            away(); // the server is about to remove it
        } else if (!patient && !wasThere) {
            end(new NodeExistsException(path, "Somebody else's znode is at " + path));
        } else {
            own = null;
            outcome.occupied();
        }
    }

    private void there(Stat stat) {
        maybeThere = false;
        wasThere = true;
        earlierSessions.clear();
        outcome.there(stat);
    }

    private void away() {
        own = null;
        outcome.away();
    }

    private void write() {
        Stat stat = own;
        Session session = client.session();
        if (!dirty || writing || stat == null || closed || session.id() != stat.ephemeralOwner()) {
            return;
        }
        byte[] sent = data;
        writing = true;
        client.bound(session, progress).set(path, sent, stat.version()).whenComplete((now, failure) -> {
            writing = false;
            if (now != null) {
                onWritten(now, sent);
                return;
            }
            PinfoldException cause = Failures.causeOf(failure);
            boolean overtaken = cause instanceof BadVersionException || cause instanceof NoNodeException;
            if (overtaken || cause instanceof OutcomeUnknownException) {
                look(true);
            } else {
                later(() -> look(false));
            }
        });
    }

    private void onWritten(Stat now, byte @Nullable [] sent) {
        Stat known = own;
        if (known == null || known.czxid() != now.czxid()) {
            return; // of an earlier session's znode, which was written to in the end
        }
        own = now;
        if (sent == data) {
            written();
        } else {
            write();
        }
    }

    private void written() {
        dirty = false;
        outcome.written();
    }

    private void onEvent(WatchEvent event) {
        if (event.type() != WatchEvent.Type.WATCH_LOST) {
            look(false);
        }
    }

    private void onSession(Session session, SessionState state) {
        switch (state) {
            case CONNECTED, SUSPENDED -> setbacks = 0;
            case EXPIRED -> {
                earlierSessions.add(session.id());
                maybeThere = false;
                round++;
                if (closed) {
                    gone();
                } else {
                    away();
                    attempt();
                }
            }
            case CLOSED -> {
                end(new ClientClosedException(path, "The client was closed"));
                gone();
            }
        }
    }

    private void later(Runnable step) {
        int asked = round;
        Duration pause = PAUSE_FIRST.multipliedBy(1L << Math.min(setbacks++, PAUSE_DOUBLINGS_MAX));
        client.runtime()
                .schedule(
                        pause,
                        () -> progress.execute(() -> {
                            if (asked == round) {
                                step.run();
                            }
                        }));
    }

    // The end.

    private void end(PinfoldException cause) {
        if (closed) {
            return;
        }
        closed = true;
        round++;
        outcome.ended(cause);
        if (watched) {
            async.removeWatcher(path, watcher);
        }
        if (!creating) {
            remove();
        }
    }

    /** Deletes the znode if it is ours; whoever comes after us under the same name is left alone. */
    private void remove() {
        CompletableFuture<Void> begun = begunDeletion;
        begunDeletion = null;
        CompletableFuture<Void> deletion = begun == null ? beginDeletion() : begun;
        if (deletion != null) {
            deletion.whenComplete((done, failure) -> onDeleted(failure));
        } else if (maybeThere) {
            lookForRemains();
        } else {
            gone();
        }
    }

    /** {@return the deletion, under way; null if no znode of the present session is known} */
    private @Nullable CompletableFuture<Void> beginDeletion() {
        Stat stat = own;
        Session session = client.session();
        return stat != null && session.id() == stat.ephemeralOwner()
                ? client.bound(session, progress).delete(path, stat.version())
                : null;
    }

    private void onDeleted(@Nullable Throwable failure) {
        PinfoldException cause = failure == null ? null : Failures.causeOf(failure);
        if (cause == null || cause instanceof NoNodeException || cause instanceof SessionExpiredException) {
            gone();
        } else {
            lookForRemains();
        }
    }

    private void lookForRemains() {
        async.sync(path);
        async.exists(path, null).whenComplete((found, failure) -> {
            if (found == null) {
                removeLater();
                return;
            }
            Stat known = own;
            long session = client.session().id();
            own = found.filter(stat -> known == null ? stat.ephemeralOwner() == session : stat.czxid() == known.czxid())
                    .orElse(null);
            maybeThere = false;
            if (own == null) {
                gone();
            } else {
                removeLater();
            }
        });
    }

    private void removeLater() {
        if (client.session().state() == SessionState.CLOSED) {
            gone();
        } else {
            later(this::remove);
        }
    }

    private void gone() {
        own = null;
        maybeThere = false;
        round++;
        if (sessions != null) {
            sessions.close();
        }
        outcome.gone();
    }
}
