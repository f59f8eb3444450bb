package io.pinfold.framework;

import io.pinfold.ClientClosedException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.SessionExpiredException;
import io.pinfold.Stat;
import io.pinfold.UnimplementedException;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Created;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionListener;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import io.pinfold.client.Watcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of a {@link SmallServer} over a line that a test moves step by step and breaks: requests wait until they are
 * served, replies and events until they are delivered, all in order. Confined to one thread.
 */
final class SmallClient implements RecipeClient {
    /** A call on its way; without an answer it was not served yet. */
    private final class Call<T> {
        final CompletableFuture<T> future = new CompletableFuture<>();
        final Executor ordered;
        final String path;
        final boolean writes;
        final Supplier<T> act;

        Call(Executor ordered, String path, boolean writes, Supplier<T> act) {
            this.ordered = ordered;
            this.path = path;
            this.writes = writes;
            this.act = act;
        }

        void serve() {
            try {
                T result = act.get();
                inbox.add(new Delivery(this, () -> ordered.execute(() -> future.complete(result))));
            } catch (PinfoldException refusal) {
                inbox.add(new Delivery(this, () -> fail(refusal)));
            }
        }

        void fail(PinfoldException failure) {
            ordered.execute(() -> future.completeExceptionally(failure));
        }
    }

    private record Delivery(@Nullable Call<?> of, Runnable run) {}

    private record Listening(SessionListener listener, Executor ordered) {}

    private record Lasting(String root, Watcher watcher, Executor ordered) {
        boolean wants(WatchEvent event) {
            return event.path().equals(root) || event.path().startsWith(TreeSnapshot.prefix(root));
        }
    }

    /** A one-shot watch; known until its event is delivered. */
    private static final class Shot {
        final String path;
        final Watcher watcher;
        final Executor ordered;
        boolean fired;

        Shot(String path, Watcher watcher, Executor ordered) {
            this.path = path;
            this.watcher = watcher;
            this.ordered = ordered;
        }
    }

    final VirtualTime time = new VirtualTime();
    final SmallServer server;
    FakeSession session;
    private final List<Listening> listeners = new ArrayList<>();
    private final List<Lasting> lasting = new ArrayList<>();
    private final List<Shot> shots = new ArrayList<>();
    private final Deque<Call<?>> requests = new ArrayDeque<>();
    private final Deque<Delivery> inbox = new ArrayDeque<>();
    boolean knowsLastingWatches = true;
    private boolean connected = true;
    private boolean watchesSet = true;
    private long sessions;

    SmallClient(SmallServer server, long firstSession) {
        this.server = server;
        this.sessions = firstSession;
        this.session = new FakeSession(time, firstSession);
        server.observers.add(this::onServerEvent);
    }

    // What a test does.

    boolean canServe() {
        return connected && !requests.isEmpty();
    }

    void serve() {
        requests.remove().serve();
    }

    boolean canDeliver() {
        return !inbox.isEmpty();
    }

    void deliver() {
        inbox.remove().run().run();
        time.settle();
    }

    /** Lets everything come to rest that needs no time. */
    void flow() {
        time.settle();
        while (canServe() || canDeliver()) {
            if (canServe()) {
                serve();
            } else {
                deliver();
            }
            time.settle();
        }
    }

    boolean isConnected() {
        return connected;
    }

    /** The connection breaks: what was not delivered is lost, reads are asked again later. */
    void disconnect() {
        connected = false;
        watchesSet = false;
        List<Call<?>> lost = new ArrayList<>();
        inbox.forEach(delivery -> {
            if (delivery.of != null) {
                lost.add(delivery.of);
            }
        });
        inbox.clear();
        become(SessionState.SUSPENDED);
        for (int i = lost.size() - 1; i >= 0; i--) {
            Call<?> call = lost.get(i);
            if (call.writes) {
                call.fail(new OutcomeUnknownException(call.path, "lost reply"));
            } else {
                requests.addFirst(call);
            }
        }
        time.settle();
    }

    /** A new connection; the first so many requests that wait are served before the watches are set anew. */
    void reconnect(int servedBefore) {
        connected = true;
        become(SessionState.CONNECTED);
        for (int i = 0; i < servedBefore && canServe(); i++) {
            serve();
        }
        setWatches();
    }

    /** The session ends on the server, and the client learns of it at its next connection, as of a new session. */
    void expire() {
        long over = session.id();
        if (connected) {
            disconnect();
        }
        server.end(over);
        expireHereOnly();
    }

    /** The client judges that its session is over, before the server does. */
    void expireHereOnly() {
        become(SessionState.EXPIRED);
        for (Shot shot : shots) {
            WatchEvent lost = new WatchEvent(WatchEvent.Type.WATCH_LOST, shot.path, -1);
            shot.ordered.execute(() -> shot.watcher.onEvent(lost));
        }
        shots.clear();
        List<Call<?>> waited = List.copyOf(requests);
        requests.clear();
        waited.forEach(call -> call.fail(new SessionExpiredException(call.path, "expired")));
        session = new FakeSession(time, ++sessions);
        session.state = SessionState.SUSPENDED;
        time.settle();
    }

    void close() {
        become(SessionState.CLOSED);
        requests.forEach(call -> call.fail(new ClientClosedException(call.path, "closed")));
        requests.clear();
        time.settle();
    }

    private void setWatches() {
        watchesSet = true;
        // Restored one-shot watches fire at once for what was missed; here they always fire.
        for (Shot shot : shots) {
            WatchEvent.Type type =
                    server.has(shot.path) ? WatchEvent.Type.NODE_DATA_CHANGED : WatchEvent.Type.NODE_DELETED;
            fire(shot, new WatchEvent(type, shot.path, -1));
        }
        lasting.forEach(watch -> post(watch, new WatchEvent(WatchEvent.Type.RESYNC, watch.root, -1)));
    }

    private void become(SessionState state) {
        session.state = state;
        Session told = session;
        List.copyOf(listeners)
                .forEach(listening -> listening.ordered.execute(() -> listening.listener.onState(told, state)));
    }

    private void onServerEvent(WatchEvent event) {
        if (!connected || !watchesSet) {
            return;
        }
        lasting.stream().filter(watch -> watch.wants(event)).forEach(watch -> post(watch, event));
        shots.stream()
                .filter(shot -> !shot.fired && shot.path.equals(event.path()))
                .forEach(shot -> fire(shot, event));
    }

    private void fire(Shot shot, WatchEvent event) {
        shot.fired = true;
        inbox.add(new Delivery(null, () -> {
            shots.remove(shot);
            shot.ordered.execute(() -> shot.watcher.onEvent(event));
        }));
    }

    private void post(Lasting watch, WatchEvent event) {
        inbox.add(new Delivery(null, () -> watch.ordered.execute(() -> watch.watcher.onEvent(event))));
    }

    // What recipes use.

    @Override
    public AsyncClient async(Executor ordered) {
        return new Calls(ordered, null);
    }

    @Override
    public AsyncClient bound(Session owner, Executor ordered) {
        return new Calls(ordered, owner);
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public ClientRuntime runtime() {
        return time;
    }

    @Override
    public Subscription addSessionListener(SessionListener listener, Executor ordered) {
        Listening listening = new Listening(listener, ordered);
        listeners.add(listening);
        return () -> listeners.remove(listening);
    }

    /** Calls whose answers come on one executor. */
    private final class Calls extends UnsupportedCalls {
        private final Executor ordered;
        private final @Nullable Session owner;

        Calls(Executor ordered, @Nullable Session owner) {
            this.ordered = ordered;
            this.owner = owner;
        }

        private <T> CompletableFuture<T> ask(String path, boolean writes, Supplier<T> act) {
            Call<T> call = new Call<>(ordered, path, writes, act);
            if (session.state == SessionState.CLOSED) {
                call.fail(new ClientClosedException(path, "closed"));
            } else if (owner != null && owner != session) {
                call.fail(new SessionExpiredException(path, "expired"));
            } else {
                requests.add(call);
            }
            return call.future;
        }

        private void watchOnce(String path, @Nullable Watcher watcher) {
            boolean known =
                    shots.stream().anyMatch(shot -> shot.watcher == watcher && shot.path.equals(path) && !shot.fired);
            if (watcher != null && !known) {
                shots.add(new Shot(path, watcher, ordered));
            }
        }

        @Override
        public CompletableFuture<Created> create(String path, byte @Nullable [] data, CreateOptions options) {
            return ask(path, true, () -> {
                Stat[] made = new Stat[1];
                long owner = options.mode().isEphemeral() ? session.id() : 0;
                server.change(() -> made[0] = server.make(path, data, owner));
                return new Created(path, made[0]);
            });
        }

        @Override
        public CompletableFuture<Void> delete(String path, int version) {
            return ask(path, true, () -> {
                server.change(() -> server.remove(path, version));
                return null;
            });
        }

        @Override
        public CompletableFuture<Stat> set(String path, byte @Nullable [] data, int version) {
            return ask(path, true, () -> {
                Stat[] made = new Stat[1];
                server.change(() -> made[0] = server.write(path, data, version));
                return made[0];
            });
        }

        @Override
        public CompletableFuture<Optional<Stat>> exists(String path, @Nullable Watcher watcher) {
            return ask(path, false, () -> {
                watchOnce(path, watcher);
                return server.has(path) ? Optional.of(server.read(path).stat()) : Optional.empty();
            });
        }

        @Override
        public CompletableFuture<Node> get(String path, @Nullable Watcher watcher) {
            return ask(path, false, () -> {
                Node node = server.read(path);
                watchOnce(path, watcher);
                return node;
            });
        }

        @Override
        public CompletableFuture<Children> children(String path, @Nullable Watcher watcher) {
            return ask(path, false, () -> server.list(path));
        }

        @Override
        public CompletableFuture<Void> sync(String path) {
            return ask(path, false, () -> null);
        }

        @Override
        public CompletableFuture<Void> removeWatcher(String path, @Nullable Watcher watcher) {
            shots.removeIf(shot -> shot.watcher == watcher && shot.path.equals(path));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Subscription> watch(String path, WatchMode mode, Watcher watcher) {
            return ask(path, false, () -> {
                if (!knowsLastingWatches) {
                    throw new UnimplementedException(path, "this server knows no recursive watches");
                }
                Lasting watch = new Lasting(path, watcher, ordered);
                lasting.removeIf(other -> other.watcher == watcher);
                lasting.add(watch);
                return () -> lasting.remove(watch);
            });
        }
    }
}
