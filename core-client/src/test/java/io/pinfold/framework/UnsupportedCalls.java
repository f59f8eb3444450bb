package io.pinfold.framework;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.ReadOp;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import io.pinfold.WatcherType;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Watcher;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The calls that no test of the framework makes. Stateless. */
abstract class UnsupportedCalls implements AsyncClient {
    @Override
    public CompletableFuture<Void> deleteForSure(String path) {
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
    public CompletableFuture<Void> removeWatcher(String path, @Nullable Watcher watcher) {
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
