package io.pinfold.client;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.BadArgumentsException;
import io.pinfold.ErrorCode;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.PinfoldException;
import io.pinfold.ReadOp;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import io.pinfold.WatchMode;
import io.pinfold.WatcherType;
import io.pinfold.ZnodePath;
import io.pinfold.client.session.WatchRequest;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a client with completions on one lane and events on another: translates paths, checks arguments, says
 * which calls may be repeated. Thread-safe; immutable.
 */
final class AsyncCalls implements AsyncClient {
    private final ClientCore core;
    private final Chroot chroot;
    /** The session in which all of this happens or nothing, if it is bound to one. */
    private final @Nullable LiveSession owner;

    private final Lane completions;
    private final Lane events;

    AsyncCalls(ClientCore core, Chroot chroot, Lane completions, Lane events) {
        this(core, chroot, null, completions, events);
    }

    AsyncCalls(ClientCore core, Chroot chroot, @Nullable LiveSession owner, Lane completions, Lane events) {
        this.core = core;
        this.chroot = chroot;
        this.owner = owner;
        this.completions = completions;
        this.events = events;
    }

    @Override
    public CompletableFuture<Created> create(String path, byte @Nullable [] data, CreateOptions options) {
        boolean sequential = options.mode().isSequential();
        String problem = ZnodePath.problem(sequential && path != null ? path + '1' : path);
        if (problem != null) {
            return refused(path, problem);
        }
        boolean wantsTtl = options.mode().hasTtl();
        if (wantsTtl ? options.ttl().toMillis() <= 0 : !options.ttl().isZero()) {
            return refused(path, "cannot be created as " + options.mode() + " with a time to live of " + options.ttl());
        }
        PinfoldException objection = core.objection(new Op.Create(
                path,
                data,
                options.acl(),
                options.mode(),
                wantsTtl ? options.ttl().toMillis() : -1));
        if (objection != null) {
            return CompletableFuture.failedFuture(objection);
        }
        try {
            return created(path, data, options);
        } catch (BadArgumentsException e) { // of whoever decides about access
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Created> created(String path, byte @Nullable [] data, CreateOptions options) {
        if (!options.guarded() && !options.parents()) {
            return new Operation<>(
                            core,
                            completions,
                            path,
                            CreateFlow.request(chroot.toServer(path), data, core.aclOf(path, options.acl()), options),
                            created())
                    .ownedBy(owner)
                    .start();
        }
        return new CreateFlow(core, chroot, owner, completions, path, data, options).start();
    }

    private Operation.Decoder<Created> created() {
        return (path, body) -> ReplyBodies.readCreated(body, (made, stat) -> new Created(chroot.toUser(made), stat));
    }

    @Override
    public CompletableFuture<Void> delete(String path, int version) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        PinfoldException objection = core.objection(new Op.Delete(path, version));
        if (objection != null) {
            return CompletableFuture.failedFuture(objection);
        }
        return this.<Void>operation(path, new Request.Delete(chroot.toServer(path), version), (p, body) -> null)
                .start();
    }

    @Override
    public CompletableFuture<Void> deleteForSure(String path) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        return new SureDelete(core, chroot, owner, completions, path).start();
    }

    @Override
    public CompletableFuture<Optional<Stat>> exists(String path, @Nullable Watcher watcher) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        String serverPath = chroot.toServer(path);
        return operation(
                        path,
                        new Request.Exists(serverPath, watcher != null),
                        (p, body) -> Optional.of(Replies.readStat(body)))
                .repeatable()
                .ifMissing(Optional.empty())
                .watching(watching(WatchRequest.Kind.EXISTS, serverPath, watcher))
                .start();
    }

    @Override
    public CompletableFuture<Node> get(String path, @Nullable Watcher watcher) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        String serverPath = chroot.toServer(path);
        return operation(
                        path,
                        new Request.GetData(serverPath, watcher != null),
                        (p, body) -> ReplyBodies.readData(body, (data, stat) -> new Node(p, data, stat)))
                .repeatable()
                .watching(watching(WatchRequest.Kind.DATA, serverPath, watcher))
                .start();
    }

    @Override
    public CompletableFuture<Stat> set(String path, byte @Nullable [] data, int version) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        PinfoldException objection = core.objection(new Op.SetData(path, data, version));
        if (objection != null) {
            return CompletableFuture.failedFuture(objection);
        }
        return operation(
                        path,
                        new Request.SetData(chroot.toServer(path), data, version),
                        (p, body) -> Replies.readStat(body))
                .start();
    }

    @Override
    public CompletableFuture<Children> children(String path, @Nullable Watcher watcher) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        String serverPath = chroot.toServer(path);
        return operation(
                        path,
                        new Request.GetChildren2(serverPath, watcher != null),
                        (p, body) -> ReplyBodies.readChildren(body, (names, stat) -> new Children(p, names, stat)))
                .repeatable()
                .watching(watching(WatchRequest.Kind.CHILDREN, serverPath, watcher))
                .start();
    }

    private @Nullable WatchRequest watching(WatchRequest.Kind kind, String serverPath, @Nullable Watcher watcher) {
        return watcher == null ? null : new WatchRequest(kind, serverPath, new Watching(watcher, events, core, chroot));
    }

    @Override
    public CompletableFuture<Integer> countDescendants(String path) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        return operation(
                        path,
                        new Request.GetAllChildrenNumber(chroot.toServer(path)),
                        (p, body) -> ReplyBodies.readCount(body))
                .repeatable()
                .start();
    }

    @Override
    public CompletableFuture<List<String>> ephemerals(String prefix) {
        if (prefix == null || !prefix.startsWith("/")) {
            return refused(prefix, "does not start with '/'");
        }
        return operation(prefix, new Request.GetEphemerals(chroot.prefixToServer(prefix)), (p, body) -> {
                    List<String> paths = new ArrayList<>(Replies.readStrings(body));
                    paths.replaceAll(chroot::toUser);
                    return List.copyOf(paths);
                })
                .repeatable()
                .start();
    }

    @Override
    public CompletableFuture<List<Acl>> getAcl(String path) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        return operation(
                        path,
                        new Request.GetAcl(chroot.toServer(path)),
                        (p, body) -> ReplyBodies.readAcl(body, (acl, stat) -> acl))
                .repeatable()
                .start();
    }

    @Override
    public CompletableFuture<Stat> setAcl(String path, List<Acl> acl, int aclVersion) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        return operation(
                        path,
                        new Request.SetAcl(chroot.toServer(path), acl, aclVersion),
                        (p, body) -> Replies.readStat(body))
                .start();
    }

    @Override
    public CompletableFuture<Void> sync(String path) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        return this.<Void>operation(path, new Request.Sync(chroot.toServer(path)), (p, body) -> null)
                .repeatable()
                .start();
    }

    @Override
    public CompletableFuture<List<OpResult>> multi(List<Op> ops) {
        try {
            for (Op op : ops) {
                look(op);
            }
            Transaction transaction = new Transaction(List.copyOf(ops), chroot);
            return operation(transaction.path(), transaction.request(core), (p, body) -> transaction.results(body))
                    .start();
        } catch (BadArgumentsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Optional<List<OpResult>>> multiOnce(List<Op> ops, String markers) {
        try {
            for (Op op : ops) {
                look(op);
            }
            legal(markers);
            AsyncCalls inside = new AsyncCalls(core, chroot, owner, Lane.DIRECT, events);
            return new MarkedTransaction(core, inside, chroot, owner, completions, ops, markers).start();
        } catch (BadArgumentsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void look(Op op) {
        boolean sequential = op instanceof Op.Create create && create.mode().isSequential();
        legal(sequential ? op.path() + '1' : op.path());
        PinfoldException objection = core.objection(op);
        if (objection != null) {
            throw objection;
        }
    }

    private static void legal(String path) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            throw illegal(path, problem);
        }
    }

    @Override
    public CompletableFuture<List<ReadResult>> multiRead(List<ReadOp> reads) {
        List<Request> requests = new ArrayList<>(reads.size());
        for (ReadOp read : reads) {
            String problem = ZnodePath.problem(read.path());
            if (problem != null) {
                return refused(read.path(), problem);
            }
            String serverPath = chroot.toServer(read.path());
            requests.add(Requests.of(
                    read instanceof ReadOp.GetData
                            ? new ReadOp.GetData(serverPath)
                            : new ReadOp.GetChildren(serverPath)));
        }
        return operation(
                        reads.isEmpty() ? ZnodePath.ROOT : reads.get(0).path(),
                        new Request.MultiRead(requests),
                        (p, body) -> readResults(reads.size(), body))
                .repeatable()
                .start();
    }

    private static List<ReadResult> readResults(int wanted, JuteReader body) throws MalformedFrame {
        List<ReadResult> results = Replies.readReadResults(body);
        if (results.size() != wanted) {
            throw new MalformedFrame(results.size() + " results of " + wanted + " reads");
        }
        return results;
    }

    @Override
    public CompletableFuture<List<AuthId>> whoAmI() {
        return operation(ZnodePath.ROOT, Request.WhoAmI.INSTANCE, (p, body) -> Replies.readAuthIds(body))
                .repeatable()
                .start();
    }

    @Override
    public CompletableFuture<Subscription> watch(String path, WatchMode mode, Watcher watcher) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        String serverPath = chroot.toServer(path);
        LastingWatch watch = new LastingWatch(core, chroot, serverPath, mode, watcher, events);
        return this.<Subscription>operation(path, new Request.AddWatch(serverPath, mode.flag()), (p, body) -> watch)
                .repeatable()
                .watching(watch.request())
                .start();
    }

    @Override
    public CompletableFuture<Void> removeWatcher(String path, Watcher watcher) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        core.submit(() -> {
            core.forget(
                    core.session().removeOneShot(chroot.toServer(path), new Watching(watcher, events, core, chroot)));
            completions.execute(() -> done.complete(null));
        });
        return done;
    }

    @Override
    public CompletableFuture<Boolean> isWatched(String path, WatcherType type) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            return refused(path, problem);
        }
        return operation(
                        path, new Request.CheckWatches(chroot.toServer(path), type.number()), (p, body) -> Boolean.TRUE)
                .repeatable()
                .ifRefused(ErrorCode.NO_WATCHER, Boolean.FALSE)
                .start();
    }

    @Override
    public CompletableFuture<Void> addAuth(String scheme, byte[] credentials) {
        Operation<Void> operation = this.<Void>operation(
                        ZnodePath.ROOT, new Request.Auth(0, scheme, credentials.clone()), (p, body) -> null)
                .repeatable();
        if (operation.fits(operation)) {
            core.submit(() -> core.session().authenticate(operation));
        }
        return operation;
    }

    private <T> Operation<T> operation(String path, Request request, Operation.Decoder<T> decoder) {
        return new Operation<>(core, completions, path, request, decoder).ownedBy(owner);
    }

    private static <T> CompletableFuture<T> refused(@Nullable String path, String problem) {
        return CompletableFuture.failedFuture(illegal(path, problem));
    }

    private static BadArgumentsException illegal(@Nullable String path, String problem) {
        return new BadArgumentsException(path, "The path \"" + path + "\" " + problem);
    }
}
