package io.pinfold.framework;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.NoNodeException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.ReadOp;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.WatcherType;
import io.pinfold.ZnodePath;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client whose calls wait until a test has them answered, from a tree in memory, or fails them. Confined to one thread.
 */
final class FakeClient implements RecipeClient, AsyncClient {
    /** A call that waits for its answer. */
    private record Pending(String what, CompletableFuture<?> future, Runnable answer) {}

    private record Znode(byte @Nullable [] data, Stat stat) {}

    final VirtualTime time = new VirtualTime();
    final Map<String, Znode> nodes = new LinkedHashMap<>();
    final List<SessionListener> listeners = new ArrayList<>();
    final Map<String, List<Watcher>> watchers = new LinkedHashMap<>();
    FakeSession session = new FakeSession(time, 7);
    private final Deque<Pending> pending = new ArrayDeque<>();
    private long zxid = 100;
    private int counter;

    /** What was asked and not answered yet. */
    List<String> asked() {
        return pending.stream().map(Pending::what).toList();
    }

    /** Answers everything, and everything that follows from it. */
    void answerAll() {
        time.settle();
        while (!pending.isEmpty()) {
            answerNext();
        }
    }

    void answerNext() {
        pending.remove().answer().run();
        time.settle();
    }

    void failNext(RuntimeException failure) {
        pending.remove().future().completeExceptionally(failure);
        time.settle();
    }

    /** Somebody else puts a znode there. */
    String put(String path, long owner) {
        String name = path + String.format("%010d", counter++);
        nodes.put(name, new Znode(null, stat(++zxid, 0, owner)));
        return name;
    }

    void change(String path, byte[] data) {
        Stat old = nodes.get(path).stat();
        nodes.put(path, new Znode(data, stat(old.czxid(), old.version() + 1, old.ephemeralOwner())));
        fire(path, WatchEvent.Type.NODE_DATA_CHANGED);
    }

    void remove(String path) {
        if (nodes.remove(path) != null) {
            fire(path, WatchEvent.Type.NODE_DELETED);
        }
    }

    void become(SessionState state) {
        session.state = state;
        List.copyOf(listeners).forEach(listener -> listener.onState(session, state));
        time.settle();
    }

    private void fire(String path, WatchEvent.Type type) {
        List<Watcher> told = watchers.remove(path);
        if (told != null) {
            told.forEach(watcher -> watcher.onEvent(new WatchEvent(type, path, zxid)));
        }
        time.settle();
    }

    private <T> CompletableFuture<T> ask(String what, Supplier<T> answer) {
        CompletableFuture<T> future = new CompletableFuture<>();
        pending.add(new Pending(what, future, () -> {
            try {
                future.complete(answer.get());
            } catch (NoNodeException e) {
                future.completeExceptionally(e);
            }
        }));
        return future;
    }

    private Znode find(String path) {
        Znode node = nodes.get(path);
        if (node == null) {
            throw new NoNodeException(path, "no node " + path);
        }
        return node;
    }

    private static Stat stat(long czxid, int version, long owner) {
        return new Stat(czxid, czxid, 0, 0, version, 0, 0, owner, 0, 0, czxid);
    }

    @Override
    public AsyncClient async(Executor ordered) {
        return this;
    }

    @Override
    public AsyncClient bound(Session owner, Executor ordered) {
        return this;
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
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletableFuture<Created> create(String path, byte @Nullable [] data, CreateOptions options) {
        return ask("create " + path, () -> {
            String name = path + String.format("%010d", counter++);
            Znode node = new Znode(data, stat(++zxid, 0, session.id()));
            nodes.put(name, node);
            return new Created(name, node.stat());
        });
    }

    @Override
    public CompletableFuture<Void> deleteForSure(String path) {
        return ask("delete " + path, () -> {
            remove(path);
            return null;
        });
    }

    @Override
    public CompletableFuture<Optional<Stat>> exists(String path, @Nullable Watcher watcher) {
        return ask("exists " + path, () -> Optional.ofNullable(nodes.get(path)).map(Znode::stat));
    }

    @Override
    public CompletableFuture<Node> get(String path, @Nullable Watcher watcher) {
        return ask("get " + path, () -> {
            Znode node = find(path);
            if (watcher != null) {
                List<Watcher> set = watchers.computeIfAbsent(path, at -> new ArrayList<>());
                if (!set.contains(watcher)) {
                    set.add(watcher);
                }
            }
            return new Node(path, node.data(), node.stat());
        });
    }

    @Override
    public CompletableFuture<Children> children(String path, @Nullable Watcher watcher) {
        return ask(
                "children " + path,
                () -> new Children(
                        path, nodes.keySet().stream().map(ZnodePath::name).toList(), stat(1, 0, 0)));
    }

    @Override
    public CompletableFuture<Void> sync(String path) {
        return ask("sync " + path, () -> null);
    }

    @Override
    public CompletableFuture<Void> removeWatcher(String path, Watcher watcher) {
        watchers.getOrDefault(path, new ArrayList<>()).remove(watcher);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> delete(String path, int version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Stat> set(String path, byte @Nullable [] data, int version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Integer> countDescendants(String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<String>> ephemerals(String prefix) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<Acl>> getAcl(String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Stat> setAcl(String path, List<Acl> acl, int aclVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<OpResult>> multi(List<Op> ops) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Optional<List<OpResult>>> multiOnce(List<Op> ops, String markers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<ReadResult>> multiRead(List<ReadOp> reads) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<AuthId>> whoAmI() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Subscription> watch(String path, WatchMode mode, Watcher watcher) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Boolean> isWatched(String path, WatcherType type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> addAuth(String scheme, byte[] credentials) {
        throw new UnsupportedOperationException();
    }
}
