package io.pinfold.framework;

import io.pinfold.PinfoldException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One contender for a place in a queue of ephemeral sequential znodes: the algorithm behind locks, elections and
 * permits. A pure state machine: inputs come as method calls, what is to be done goes out as a list of actions.
 *
 * <pre>
 *   IDLE -> CREATING -> RANKING <-> WAITING -> HELD -> GONE
 *              |           ^
 *              v           |
 *          RESOLVING -> IDENTIFYING          any -> (cleaning up) -> GONE
 * </pre>
 *
 * <p>What keeps it right:
 * <ul>
 *   <li>Each creation has a GUID of its own, used once. A creation with a lost reply is resolved, through a listing
 *       behind a {@code sync}, before anything else happens; so a contender has at most one znode.
 *   <li>The own znode is known by name <em>and</em> owner: one of a dead session is never taken for a place.
 *   <li>Answers to reads carry the round in which they were asked; those of an older round are ignored.
 *   <li>After a reconnection the queue is listed anew before the contender moves on.
 *   <li>When the predecessor was first at the last listing, its deletion alone makes us first, because later arrivals
 *       queue behind; the watch on the own znode, set before the one on the predecessor, reports first if ours is gone.
 *   <li>Every way out ends with the own znode deleted, or known not to exist, or its session dead.
 * </ul>
 *
 * <p>Confined to its driver.
 */
final class Contender {
    /** Where the contender is. */
    enum Phase {
        /** No znode, none asked for. */
        IDLE,
        /** The creation is on its way. */
        CREATING,
        /** The creation's reply was lost; a listing will tell. */
        RESOLVING,
        /** The listing showed our znode; its metadata are on their way. */
        IDENTIFYING,
        /** We have a znode; a listing is on its way. */
        RANKING,
        /** Another is before us and watched. */
        WAITING,
        /** The place is ours. */
        HELD,
        /** Nothing is left to do. */
        GONE
    }

    /** The own znode. */
    private record Own(String name, long czxid, long owner) {}

    private final PlaceNames names;
    private final Ranking ranking;
    private final boolean patient;
    private final Supplier<String> guids;
    private List<ContenderAction> actions = new ArrayList<>();

    private Phase phase = Phase.IDLE;
    /** The number of the newest question; answers to older ones are ignored. */
    private int round;
    /** Failures, and grants that were doubted, since the last listing that helped. */
    private int setbacks;
    /** The caller has its answer; what is left is to leave no znode behind. */
    private boolean leaving;
    /** The session that ended last. */
    private long deadSession;
    /** Identity of the newest creation. */
    private String guid = "";
    /** The listing that was sent along with the creation, if it was answered before the creation was. */
    private @Nullable Collection<String> early;
    /** Whether a listing is under way that was asked for along with the creation. */
    private boolean earlyPending;
    /** In IDENTIFYING: the listing that showed our znode, and its name in there. */
    private Collection<String> resolved = List.of();

    private String found = "";
    private @Nullable Own own;
    private boolean ownWatched;
    private @Nullable String predecessor;
    private boolean decisive;

    /**
     * Makes one.
     *
     * @param patient whether to wait, through other holders and failures; otherwise the first listing or failure decides
     * @param guids a new identity at each call
     */
    Contender(PlaceNames names, Ranking ranking, boolean patient, Supplier<String> guids) {
        this.names = names;
        this.ranking = ranking;
        this.patient = patient;
        this.guids = guids;
    }

    Phase phase() {
        return phase;
    }

    // Inputs, in the order in which they come in a life.

    List<ContenderAction> enter() {
        enlist();
        return taken();
    }

    /** The creation succeeded. */
    List<ContenderAction> created(String ofGuid, String name, long czxid, long owner) {
        if (phase != Phase.CREATING || !ofGuid.equals(guid)) {
            emit(new ContenderAction.Delete(name));
        } else if (owner == deadSession) {
            startOver();
        } else if (leaving) {
            deleteAndFinish(name);
        } else {
            own = new Own(name, czxid, owner);
            ownWatched = false;
            phase = Phase.RANKING;
            if (early != null) {
                rank(early);
            } else if (!earlyPending) {
                ask();
            }
        }
        return taken();
    }

    /** The creation failed and had no effect. */
    List<ContenderAction> createFailed(String ofGuid, PinfoldException cause) {
        if (phase == Phase.CREATING && ofGuid.equals(guid)) {
            phase = Phase.IDLE;
            setback(cause);
        }
        return taken();
    }

    /** The creation's reply was lost. */
    List<ContenderAction> createUnknown(String ofGuid) {
        if (phase == Phase.CREATING && ofGuid.equals(guid)) {
            phase = Phase.RESOLVING;
            ask();
        }
        return taken();
    }

    /** The directory was listed; one that does not exist has no children. */
    List<ContenderAction> listed(int ofRound, Collection<String> children) {
        if (ofRound == round) {
            if (phase == Phase.CREATING) {
                early = children;
            } else if (phase == Phase.RESOLVING) {
                resolve(children);
            } else if (phase == Phase.RANKING) {
                rank(children);
            }
        }
        return taken();
    }

    /** The place that a listing showed to be ours was read; {@code czxid} 0 if it was gone. */
    List<ContenderAction> identified(int ofRound, long czxid, long owner) {
        if (ofRound == round && phase == Phase.IDENTIFYING) {
            if (czxid == 0) {
                startOver();
            } else if (owner == deadSession) {
                emit(new ContenderAction.Delete(found));
                startOver();
            } else {
                own = new Own(found, czxid, owner);
                ownWatched = false;
                phase = Phase.RANKING;
                rank(resolved);
            }
        }
        return taken();
    }

    /** A listing or reading failed. */
    List<ContenderAction> readFailed(int ofRound, PinfoldException cause) {
        if (ofRound == round) {
            if (phase == Phase.CREATING) {
                earlyPending = false;
            } else {
                setback(cause);
            }
        }
        return taken();
    }

    /** The creation was refused in a way that makes another attempt pointless. */
    List<ContenderAction> createRefused(String ofGuid, PinfoldException cause) {
        if (phase == Phase.CREATING && ofGuid.equals(guid)) {
            fail(cause);
        }
        return taken();
    }

    /** A listing or reading was refused in a way that makes another attempt pointless. */
    List<ContenderAction> readRefused(int ofRound, PinfoldException cause) {
        if (ofRound == round && phase == Phase.CREATING) {
            earlyPending = false;
        } else if (ofRound == round && phase != Phase.HELD) {
            fail(cause);
        }
        return taken();
    }

    /** The client was closed. */
    List<ContenderAction> closed(PinfoldException cause) {
        fail(cause);
        return taken();
    }

    List<ContenderAction> pauseOver(int ofRound) {
        if (ofRound == round) {
            proceed();
        }
        return taken();
    }

    /** The predecessor is gone. */
    List<ContenderAction> predecessorGone(String name) {
        if (name.equals(predecessor)) {
            predecessor = null;
            if (phase == Phase.WAITING && decisive) {
                hold();
            } else if (phase == Phase.WAITING) {
                phase = Phase.RANKING;
                ask();
            }
        }
        return taken();
    }

    /** The predecessor changed, which used the watch up, or the watch could not be set. */
    List<ContenderAction> predecessorUnwatched(String name) {
        if (phase == Phase.WAITING && name.equals(predecessor)) {
            emit(new ContenderAction.WatchPredecessor(name));
        }
        return taken();
    }

    /** The predecessor may not be read. */
    List<ContenderAction> predecessorHidden(String name, PinfoldException cause) {
        if (phase == Phase.WAITING && name.equals(predecessor)) {
            fail(cause);
        }
        return taken();
    }

    /** The own znode is gone though we did not delete it. */
    List<ContenderAction> ownDeleted(String name) {
        if (own != null && own.name().equals(name)) {
            own = null;
            if (phase == Phase.HELD) {
                emit(new ContenderAction.Lose());
                finish();
            } else {
                startOver();
            }
        }
        return taken();
    }

    /** A session is attached to a server, for the first time or again. */
    List<ContenderAction> sessionResumed() {
        if (phase == Phase.HELD && own != null) {
            emit(new ContenderAction.WatchOwn(own.name()));
        } else if (phase != Phase.GONE) {
            proceed();
        }
        return taken();
    }

    /** A session is over. The znode that it owned is gone or will go by itself. */
    List<ContenderAction> sessionExpired(long session) {
        deadSession = session;
        if (own != null && own.owner() == session) {
            if (phase == Phase.HELD) {
                finish(); // the lease knows by its clock
            } else {
                own = null;
                startOver();
            }
        } else if (leaving && (phase == Phase.RESOLVING || phase == Phase.IDENTIFYING)) {
            finish();
        }
        return taken();
    }

    /** The place that was granted could not be taken, because nothing proves that the session lives. Look again. */
    List<ContenderAction> grantDoubted() {
        if (phase == Phase.HELD) {
            phase = Phase.RANKING;
            pause();
        }
        return taken();
    }

    /** The place that was granted could not be taken, because the session that owns it is not the client's any more. */
    List<ContenderAction> grantStale() {
        if (phase == Phase.HELD && own != null) {
            deadSession = own.owner();
            emit(new ContenderAction.Delete(own.name())); // or it would be before us until the server notices
            own = null;
            startOver();
        }
        return taken();
    }

    /** The caller does not want the place, or not any more. */
    List<ContenderAction> withdraw() {
        leave();
        return taken();
    }

    // Transitions.

    private void enlist() {
        guid = guids.get();
        early = null;
        earlyPending = true;
        phase = Phase.CREATING;
        round++;
        emit(new ContenderAction.Enlist(guid, names.request(guid), round));
    }

    /** Asks what the phase needs to know next. */
    private void ask() {
        round++;
        switch (phase) {
            case RESOLVING -> emit(new ContenderAction.Resolve(round));
            case IDENTIFYING -> emit(new ContenderAction.Identify(found, round));
            case RANKING -> emit(new ContenderAction.ListPlaces(round));
            default -> throw new IllegalStateException("Nothing to ask in phase " + phase);
        }
    }

    private void proceed() {
        if (phase == Phase.IDLE) {
            enlist();
        } else if (phase == Phase.WAITING) {
            phase = Phase.RANKING;
            ask();
        } else if (phase == Phase.RESOLVING || phase == Phase.IDENTIFYING || phase == Phase.RANKING) {
            earlyPending = false;
            ask();
        }
    }

    private void resolve(Collection<String> children) {
        Optional<String> ours =
                children.stream().filter(name -> names.bears(name, guid)).findFirst();
        if (ours.isEmpty()) {
            startOver();
        } else if (leaving) {
            deleteAndFinish(ours.get());
        } else {
            resolved = children;
            found = ours.get();
            phase = Phase.IDENTIFYING;
            ask();
        }
    }

    private void rank(Collection<String> children) {
        Own mine = own;
        if (mine == null) {
            throw new IllegalStateException("Ranking without a place");
        }
        boolean sentAlong = earlyPending;
        early = null;
        earlyPending = false;
        if (!children.contains(mine.name())) {
            if (sentAlong) {
                ask(); // the listing may have overtaken a creation that had to be repeated
            } else {
                own = null;
                startOver();
            }
            return;
        }
        Ranking.Standing standing = ranking.judge(mine.name(), children);
        if (standing.isHeld()) {
            hold(); // which may be doubted, and then is one setback more
        } else if (!patient) {
            emit(new ContenderAction.Refuse());
            leave();
        } else {
            await(standing);
        }
    }

    private void await(Ranking.Standing standing) {
        setbacks = 0;
        String next = standing.waitsFor().orElseThrow();
        if (predecessor != null && !predecessor.equals(next)) {
            emit(new ContenderAction.UnwatchPredecessor(predecessor));
        }
        predecessor = next;
        decisive = standing.decisive();
        phase = Phase.WAITING;
        watchOwn();
        emit(new ContenderAction.WatchPredecessor(next));
    }

    private void hold() {
        Own mine = own;
        if (mine == null) {
            throw new IllegalStateException("Holding without a place");
        }
        unwatchPredecessor();
        phase = Phase.HELD;
        emit(new ContenderAction.Grant(mine.name(), mine.czxid(), mine.owner()));
        watchOwn();
    }

    private void watchOwn() {
        if (!ownWatched && own != null) {
            ownWatched = true;
            emit(new ContenderAction.WatchOwn(own.name()));
        }
    }

    private void unwatchPredecessor() {
        if (predecessor != null) {
            emit(new ContenderAction.UnwatchPredecessor(predecessor));
            predecessor = null;
        }
    }

    /** The place did not come to be, or is gone. */
    private void startOver() {
        unwatchPredecessor();
        if (leaving) {
            finish();
        } else {
            phase = Phase.IDLE;
            pause();
        }
    }

    private void setback(PinfoldException cause) {
        if (leaving && phase == Phase.IDLE) {
            finish();
        } else if (leaving || patient) {
            pause();
        } else {
            emit(new ContenderAction.Fail(cause));
            leave();
            if (phase == Phase.RESOLVING) {
                pause();
            }
        }
    }

    private void fail(PinfoldException cause) {
        if (phase == Phase.GONE) {
            return;
        }
        if (!leaving && phase != Phase.HELD) {
            emit(new ContenderAction.Fail(cause));
        }
        if (phase == Phase.CREATING || phase == Phase.RESOLVING) {
            finish(); // nothing is there, or nothing can be learnt
        } else {
            leave();
        }
    }

    private void pause() {
        round++;
        setbacks++;
        emit(new ContenderAction.Pause(round, setbacks));
    }

    private void leave() {
        leaving = true;
        switch (phase) {
            case IDLE -> finish();
            case IDENTIFYING -> deleteAndFinish(found);
            case RANKING, WAITING, HELD -> {
                unwatchPredecessor();
                if (own != null) {
                    deleteAndFinish(own.name());
                }
            }
            default -> {} // CREATING, RESOLVING: the fate of the creation comes first; GONE: nothing
        }
    }

    private void deleteAndFinish(String name) {
        emit(new ContenderAction.Delete(name));
        finish();
    }

    private void finish() {
        unwatchPredecessor();
        own = null;
        phase = Phase.GONE;
        emit(new ContenderAction.Done());
    }

    private void emit(ContenderAction action) {
        actions.add(action);
    }

    private List<ContenderAction> taken() {
        List<ContenderAction> out = actions;
        actions = new ArrayList<>();
        return out;
    }
}
