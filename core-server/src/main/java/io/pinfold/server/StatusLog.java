package io.pinfold.server;

import io.pinfold.server.consensus.Role;
import io.pinfold.server.engine.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member is at the moment, for those who ask or wait, and in the log whenever it changes. Thread-safe: told by the node
 * loop, read under a lock.
 */
final class StatusLog implements Consumer<Status> {
    private static final Logger LOG = LoggerFactory.getLogger(StatusLog.class);
    private static final Status UNKNOWN = new Status(Role.FOLLOWER, 0, -1, false, false, 0);

    private final String member;
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition changed = guard.newCondition();
    private Status status = UNKNOWN;
    private boolean closed;

    StatusLog(String member) {
        this.member = member;
    }

    int memberId() {
        return Integer.parseInt(member);
    }

    @Override
    public void accept(Status now) {
        guard.lock();
        try {
            Status before = status;
            status = now;
            changed.signalAll();
            tell(before, now);
        } finally {
            guard.unlock();
        }
    }

    private void tell(Status before, Status now) {
        boolean same = before.epoch() == now.epoch()
                && before.leader() == now.leader()
                && before.role() == now.role()
                && before.serving() == now.serving();
        if (same || closed) {
            return;
        }
        String epoch = Long.toString(now.epoch());
        if (now.serving() && now.role() == Role.LEADER) {
            LOG.info("leading member={} epoch={}", member, epoch);
        } else if (now.serving()) {
            LOG.info("following member={} leader={} epoch={}", member, now.leader(), epoch);
        } else if (before.serving()) {
            LOG.warn(
                    "waiting member={} epoch={} reason=no leader that a majority of the members follows",
                    member,
                    epoch);
        } else {
            LOG.debug("looking member={} role={} leader={} epoch={}", member, now.role(), now.leader(), epoch);
        }
    }

    boolean isLeading() {
        return ask(status -> status.role() == Role.LEADER && status.serving());
    }

    boolean isServing() {
        return ask(Status::serving);
    }

    long epoch() {
        guard.lock();
        try {
            return status.epoch();
        } finally {
            guard.unlock();
        }
    }

    void awaitChange(Duration patience) throws InterruptedException {
        guard.lock();
        try {
            changed.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            guard.unlock();
        }
    }

    private boolean ask(Predicate<Status> question) {
        guard.lock();
        try {
            return !closed && question.test(status);
        } finally {
            guard.unlock();
        }
    }

    /** Nothing more will be told. */
    void closed() {
        guard.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            guard.unlock();
        }
    }

    boolean await(Predicate<Status> wanted, Duration patience) throws InterruptedException {
        guard.lock();
        try {
            long left = patience.toNanos();
            while (!wanted.test(status) && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return wanted.test(status) && !closed;
        } finally {
            guard.unlock();
        }
    }

    /** Waits until somebody else leads, or it has taken too long. */
    void awaitFollowing(Duration patience) {
        guard.lock();
        try {
            long end = System.nanoTime() + patience.toNanos();
            while (status.role() == Role.LEADER && !closed && end - System.nanoTime() > 0) {
                changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // then nobody waits for the others
        } finally {
            guard.unlock();
        }
    }
}
