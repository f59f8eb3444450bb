package io.pinfold.client;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.ReadOp;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import io.pinfold.WatchMode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Skeleton. */
final class AsyncCalls implements AsyncClient {
    AsyncCalls(ClientCore core, Lane lane) {}

    CompletableFuture<Void> addAuth(String scheme, byte[] credentials) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Created> create(String path, byte @Nullable [] data, CreateOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> delete(String path, int version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> deleteForSure(String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Optional<Stat>> exists(String path, @Nullable Watcher watcher) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Node> get(String path, @Nullable Watcher watcher) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Stat> set(String path, byte @Nullable [] data, int version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Children> children(String path, @Nullable Watcher watcher) {
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
    public CompletableFuture<Void> sync(String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<OpResult>> multi(List<Op> ops) {
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
    public CompletableFuture<Void> removeWatcher(String path, Watcher watcher) {
        throw new UnsupportedOperationException();
    }
}
