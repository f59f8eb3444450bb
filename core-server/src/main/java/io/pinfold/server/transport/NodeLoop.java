package io.pinfold.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Notice;
import io.pinfold.server.engine.AuditLine;
import io.pinfold.server.engine.Effects;
import io.pinfold.server.engine.Engine;
import io.pinfold.server.engine.Status;
import io.pinfold.server.storage.DiskCommand;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.storage.LogSlice;
import io.pinfold.server.storage.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that drives the engine and serves the clients' sockets. Every input first asks for the {@link #turn}:
 * the first input of a turn tells the engine the time and puts the end of the turn behind everything that is ready now,
 * so that replies of one turn leave together and writes of one turn reach the disk together.
 *
 * <p>Started and stopped by any thread; everything else is confined to the loop unless it says otherwise.
 */
public final class NodeLoop implements Effects, DiskThread.Listener, SnapshotThread.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLoop.class);
    /** Longest sleep, so that a wrong estimate of a deadline cannot stop the clock. */
    private static final long MAX_SLEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final DiskThread disk;
    private final SnapshotThread snapshots;
    private final BiConsumer<String, Throwable> onFailure;
    private final long startNanos = System.nanoTime();

    private final DiskWaits waits = new DiskWaits();
    private Metadata metadata;
    private @Nullable Engine engine;
    private AuditLog auditLog = AuditLog.NONE;
    private Consumer<Membership> onMembership = membership -> {};
    private Consumer<Status> onStatus = status -> {};
    private final List<Runnable> atEndOfTurn = new ArrayList<>();
    private boolean inTurn;
    private long turnNanos;
    private boolean failed;
    private byte[] scratch = new byte[64 * 1024];
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos = Long.MAX_VALUE;
    private long quotaToldNanos = -MAX_SLEEP_NANOS;

    /**
     * Makes the thread; the engine comes with {@link #start}.
     *
     * @param onFailure told once when the member must stop; called on the loop
     */
    public NodeLoop(String member, DiskThread disk, SnapshotThread snapshots, BiConsumer<String, Throwable> onFailure) {
        this.disk = disk;
        this.metadata = disk.metadata();
        this.snapshots = snapshots;
        this.onFailure = onFailure;
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        ThreadFactory thread = task -> new Thread(task, "pinfold-" + member + "-node");
        this.group = new MultiThreadIoEventLoopGroup(1, thread, io);
        this.loop = group.next();
    }

    EventLoopGroup group() {
        return group;
    }

    EventLoop loop() {
        return loop;
    }

    Class<? extends Channel> clientChannel() {
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    Class<? extends ServerChannel> serverChannel() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Does something that blocks again and again, away from the loop, until the loop ends. Any thread. */
    void every(int seconds, Runnable task) {
        loop.scheduleWithFixedDelay(() -> CompletableFuture.runAsync(task), seconds, seconds, TimeUnit.SECONDS);
    }

    // ---- life ----

    /** {@return the loop's clock: nanoseconds since it was made} */
    public long nowNanos() {
        return System.nanoTime() - startNanos;
    }

    /** Begins to drive an engine. Any thread. */
    public void start(Engine driven) {
        loop.execute(() -> {
            engine = driven;
            driven.latencies().measureWith(System::nanoTime);
            turn();
        });
        disk.start(this); // has something to tell at once, if there is no room
        snapshots.start(this);
    }

    /** Runs something on the loop, in a turn. {@return its result, which never comes if the loop stopped} Any thread. */
    public <T> CompletableFuture<T> ask(Function<Engine, T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                answer.complete(work.apply(turn()));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** Runs something on the loop, in a turn, and waits for its result. Any other thread. */
    public <T> T call(Function<Engine, T> work) {
        FutureTask<T> task = new FutureTask<>(() -> work.apply(turn()));
        loop.execute(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("The node loop refused", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Stops everything in its tracks, as a process that dies: nothing is said or stored any more. Runs something on the loop then
     * and waits for it. Any other thread.
     */
    public void die(Runnable last) {
        CompletableFuture.runAsync(
                        () -> {
                            failed = true;
                            last.run();
                        },
                        loop)
                .join();
    }

    /** Blocks the loop until something is complete, as if the whole process stood still. Any other thread. */
    public void pause(CompletableFuture<Boolean> until) {
        CompletableFuture<Boolean> standing = new CompletableFuture<>();
        loop.execute(() -> {
            standing.complete(true);
            until.join();
        });
        standing.join();
    }

    /** Ends the thread. Any other thread; the disk and the snapshot thread are stopped by their owner. */
    public void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    // ---- turns ----

    /** Enters the turn, beginning one if none is under way. {@return the engine} */
    Engine turn() {
        Engine current = engine;
        if (current == null) {
            throw new IllegalStateException("The node loop has no engine yet");
        }
        if (!inTurn) {
            inTurn = true;
            loop.execute(this::endTurn);
            turnNanos = nowNanos();
            current.advance(turnNanos, System.currentTimeMillis());
        }
        return current;
    }

    private void endTurn() {
        inTurn = false;
        Engine current = engine;
        if (current == null || failed) {
            return;
        }
        try {
            current.endOfTurn();
            for (int i = 0; i < atEndOfTurn.size(); i++) {
                atEndOfTurn.get(i).run();
            }
            atEndOfTurn.clear();
        } catch (RuntimeException | Error e) {
            fail("the end of a turn broke an invariant", e);
            return;
        }
        current.latencies().turned(nowNanos() - turnNanos);
        setTimer(current.nextDeadlineNanos());
    }

    /** Runs something when the engine has ended the turn that is under way. */
    void atEndOfTurn(Runnable task) {
        atEndOfTurn.add(task);
    }

    private void setTimer(long deadlineNanos) {
        long due = Math.min(deadlineNanos, nowNanos() + MAX_SLEEP_NANOS);
        if (timer != null && timerNanos <= due) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerNanos = due;
        timer = loop.schedule(this::onTimer, Math.max(0, due - nowNanos()), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        timerNanos = Long.MAX_VALUE;
        input(e -> {});
    }

    /** An input from outside the sockets. */
    private void input(Consumer<Engine> what) {
        if (failed) {
            return;
        }
        try {
            what.accept(turn());
        } catch (RuntimeException | Error e) {
            fail("an input broke an invariant", e);
        }
    }

    /** {@return a buffer for bytes on their way from a socket to the engine} */
    byte[] scratch(int bytes) {
        if (scratch.length < bytes) {
            scratch = new byte[bytes];
        }
        return scratch;
    }

    // ---- effects ----

    @Override
    public void append(List<LogEntry> entries) {
        waits.handed(entries.get(entries.size() - 1).zxid(), nowNanos());
        disk.add(new DiskCommand.Append(entries));
    }

    @Override
    public void cutAfter(long zxid) {
        waits.clear();
        disk.add(new DiskCommand.Cut(zxid));
    }

    @Override
    public void saveVote(long epoch, int candidate) {
        save(metadata.vote(epoch, candidate));
    }

    @Override
    public void adopt(ClusterId cluster, byte[] sessionKey, boolean founder) {
        save(metadata.adopted(new UUID(cluster.high(), cluster.low()), sessionKey, founder));
    }

    private void save(Metadata changed) {
        metadata = changed;
        disk.add(new DiskCommand.Save(changed));
    }

    @Override
    public void readLog(int peer, long afterZxid, int maxBytes) {
        disk.add(new DiskCommand.ReadLog(peer, afterZxid, maxBytes));
    }

    @Override
    public void readSnapshot(int peer, int index) {
        disk.add(new DiskCommand.ReadSnapshot(peer, index));
    }

    @Override
    public void closeSnapshot(int peer) {
        disk.add(new DiskCommand.CloseSnapshot(peer));
    }

    @Override
    public void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {
        disk.add(new DiskCommand.StoreSnapshot(zxid, chain, index, block, last));
    }

    @Override
    public void beginSnapshot(long zxid) {
        snapshots.begin(zxid);
    }

    @Override
    public void snapshotBlock(byte[] bytes) {
        snapshots.block(bytes);
    }

    @Override
    public void commitSnapshot() {
        snapshots.commit();
    }

    @Override
    public void abandonSnapshot() {
        snapshots.abandon();
    }

    @Override
    public void membershipChanged(Membership membership) {
        onMembership.accept(membership);
    }

    @Override
    public void statusChanged() {
        loop.execute(() -> input(e -> onStatus.accept(e.status())));
    }

    /** Says who is told of the membership and of the member's status; before {@link #start}. */
    public void tell(Consumer<Membership> membership, Consumer<Status> status) {
        onMembership = membership;
        onStatus = status;
    }

    /** Says where lines of the audit log go; before {@link #start}. */
    public void audit(AuditLog log) {
        auditLog = log;
    }

    /** {@return where lines of the audit log go} */
    public AuditLog auditLog() {
        return auditLog;
    }

    @Override
    public boolean audits(AuditLine.Kind kind) {
        return auditLog.wants(kind);
    }

    @Override
    public String serverUser() {
        return AuditLog.serverUser();
    }

    @Override
    public void audit(String line) {
        auditLog.write(line);
    }

    @Override
    public void notice(Notice kind, String what) {
        switch (kind) {
            case DISK_BEHIND -> LOG.warn("disk-behind reason={}", what);
            case DIRECTORY_OLDER -> LOG.warn("directory-older reason={}", what);
            case NOBODY_LEADS -> LOG.warn("nobody-leads reason={}", what);
        }
    }

    @Override
    public void turnAgain() {
        loop.execute(() -> input(e -> {}));
    }

    /** At most one line in a second, however many changes go too far. */
    @Override
    public void softQuotaExceeded(String path) {
        long now = nowNanos();
        if (now - quotaToldNanos >= MAX_SLEEP_NANOS) {
            quotaToldNanos = now;
            LOG.warn("soft-quota-exceeded path={}", path);
        }
    }

    @Override
    public void fail(String reason, Throwable cause) {
        if (!failed) {
            failed = true;
            onFailure.accept(reason, cause);
            LOG.error("member-state state={}", describe());
        }
    }

    /** {@return whether the member must stop, so that nobody gets an answer any more} */
    boolean hasFailed() {
        return failed;
    }

    /** Tells what can be told of a state that may be broken. */
    private String describe() {
        Engine current = engine;
        try {
            return current == null ? "unknown: there is no engine yet" : current.describe();
        } catch (RuntimeException | Error e) {
            return "unknown: it cannot be described because of " + e;
        }
    }

    // ---- answers of the other threads ----

    @Override
    public void onForced(long zxid) {
        long nanos = disk.workingNanos();
        long begun = nowNanos() - nanos;
        loop.execute(() -> input(e -> {
            waits.begun(zxid, begun, e.latencies()::queued);
            e.latencies().forced(nanos);
            e.onForced(zxid);
        }));
    }

    @Override
    public void onSaved(Metadata saved) {
        loop.execute(() -> input(e -> {
            if (saved.adopted() && !e.hello().adopted()) {
                e.onAdopted(clusterId(saved), saved.sessionKey(), saved.founder());
            } else {
                e.onVoteSaved(saved.epoch());
            }
        }));
    }

    /** {@return the cluster that metadata name} */
    public static ClusterId clusterId(Metadata metadata) {
        return new ClusterId(
                metadata.clusterId().getMostSignificantBits(),
                metadata.clusterId().getLeastSignificantBits());
    }

    @Override
    public void onLogRead(int peer, @Nullable LogSlice slice) {
        loop.execute(() -> input(e -> {
            if (slice == null) {
                e.onLogGone(peer);
            } else {
                e.onLogRead(peer, slice.previousZxid(), slice.previousChain(), slice.entries());
            }
        }));
    }

    @Override
    public void onRoom(boolean low) {
        loop.execute(() -> input(e -> e.onRoom(low)));
    }

    @Override
    public void onUnreadable() {
        loop.execute(() -> input(Engine::onUnreadable));
    }

    @Override
    public void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last) {
        loop.execute(() -> input(e -> e.onSnapshotRead(peer, zxid, chain, index, block, last)));
    }

    @Override
    public void onSnapshotGone(int peer) {
        loop.execute(() -> input(e -> e.onSnapshotGone(peer)));
    }

    @Override
    public void onSnapshotStored(long zxid, long chain, int index, boolean last) {
        loop.execute(() -> input(e -> e.onSnapshotStored(zxid, chain, index, last)));
    }

    @Override
    public void onFailed(String reason, Throwable cause) {
        loop.execute(() -> fail(reason, cause));
    }

    @Override
    public void onBlockWritten() {
        loop.execute(() -> input(Engine::onSnapshotBlock));
    }

    @Override
    public void onSnapshotEnded() {
        loop.execute(() -> input(Engine::onSnapshotDone));
    }
}
