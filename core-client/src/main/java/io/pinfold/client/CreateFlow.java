package io.pinfold.client;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.OperationTimeoutException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.SessionExpiredException;
import io.pinfold.UnimplementedException;
import io.pinfold.client.session.Call.Loss;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A creation that takes more than one request: with missing parents, or with a guard, or both.
 *
 * <p><b>Parents.</b> The creation goes out first, for usually the parents are there. If they are not, all of them and the
 * creation again go out together. An empty container may be reaped in between; then once more.
 *
 * <p><b>Guard.</b> The name begins with a GUID, so it tells whether a lost creation took place: {@code sync}, because the
 * new connection may lead to a server that is behind the old one, then look for the name. Once the session is attached
 * elsewhere no server carries out what the old connection still held. What is found is ours if its session is; what is
 * not found is created again. If this cannot be settled before the deadline, the call fails and what it may have created
 * is deleted in the background: the caller never learns the name.
 *
 * <p>Confined to the client's loop; completes on its lane.
 */
final class CreateFlow {
    private static final int MAX_PARENT_ROUNDS = 20;
    private static final int MAX_REFUSED_ROUNDS = 3;

    private final ClientCore core;
    private final Chroot chroot;
    private final @Nullable LiveSession owner;
    private final Lane lane;
    private final String path;
    private final byte @Nullable [] data;
    private final CreateOptions options;
    private final List<Acl> acl;
    /** By the server's path; empty if all get the list that was asked for. */
    private final Map<String, List<Acl>> parentAcls = new HashMap<>();

    private final @Nullable String guardPrefix;
    private final long startNanos;
    private final long deadlineNanos;
    private final CompletableFuture<Created> done = new CompletableFuture<>();
    private int sessionNumber;
    private int setbacks;
    private int parentRounds;
    private boolean mayExist;
    private @Nullable PinfoldException parentRefusal;

    CreateFlow(
            ClientCore core,
            Chroot chroot,
            @Nullable LiveSession owner,
            Lane lane,
            String path,
            byte @Nullable [] data,
            CreateOptions options) {
        this.core = core;
        this.chroot = chroot;
        this.owner = owner;
        this.lane = lane;
        this.data = data;
        this.options = options;
        this.acl = core.aclOf(path, options.acl());
        if (options.parents() && core.settings().acl() != AclProvider.OPEN) {
            forEachParent(
                    chroot.toServer(path),
                    parent -> parentAcls.put(parent, core.aclOf(chroot.toUser(parent), options.acl())));
        }
        this.startNanos = core.host().nanoTime();
        this.deadlineNanos = startNanos + core.settings().operationTimeout().toNanos();
        if (options.guarded()) {
            int nameAt = path.lastIndexOf('/') + 1;
            this.guardPrefix = "_c_" + core.runtime().newGuid() + '-';
            this.path = path.substring(0, nameAt) + guardPrefix + path.substring(nameAt);
        } else {
            this.guardPrefix = null;
            this.path = path;
        }
    }

    static Request request(String serverPath, byte @Nullable [] data, List<Acl> acl, CreateOptions options) {
        return Requests.create(
                serverPath, data, acl, options.mode(), options.ttl().toMillis());
    }

    CompletableFuture<Created> start() {
        Operation<Created> first = creation();
        if (!first.fits(done)) {
            return done;
        }
        core.submit(() -> {
            if (!core.isCurrent(owner)) {
                fail(core.endedBefore(path));
                return;
            }
            sessionNumber = core.session().sessionNumber();
            first.boundTo(sessionNumber).enter();
        });
        return done;
    }

    private Operation<Created> creation() {
        Operation<Created> create = new Operation<Created>(
                        core,
                        Lane.DIRECT,
                        path,
                        request(chroot.toServer(path), data, acl, options),
                        (p, body) ->
                                ReplyBodies.readCreated(body, (made, stat) -> new Created(chroot.toUser(made), stat)))
                .until(deadlineNanos);
        create.whenComplete((created, failure) -> attempted(create, created, failure));
        return create;
    }

    private void again() {
        creation().boundTo(sessionNumber).enter();
    }

    private void attempted(Operation<Created> create, @Nullable Created created, @Nullable Throwable failure) {
        setbacks += create.setbacks();
        if (created != null) {
            succeed(created);
        } else if (failure instanceof NoNodeException && options.parents()) {
            parentIsMissing(Await.failure(failure));
        } else if (failure instanceof NodeExistsException && guardPrefix != null && mayExist) {
            resolve();
        } else if (failure instanceof OutcomeUnknownException && guardPrefix != null) {
            mayExist = true;
            if (create.loss() == Loss.CONNECTION) {
                resolve();
            } else {
                giveUp(create.loss(), Await.failure(failure));
            }
        } else if (mayExist) {
            giveUp(create.loss(), Await.failure(failure));
        } else {
            fail(Await.failure(failure));
        }
    }

    // ---- parents -------------------------------------------------------------------------------------------------

    private void parentIsMissing(PinfoldException failure) {
        if (parentRounds >= (parentRefusal == null ? MAX_PARENT_ROUNDS : MAX_REFUSED_ROUNDS)) {
            fail(parentRefusal == null ? failure : parentRefusal);
            return;
        }
        parentRounds++;
        createParents();
        again();
    }

    private void createParents() {
        boolean containers =
                !core.gaps().lacks(OpCode.CREATE_CONTAINER, core.host().nanoTime());
        forEachParent(chroot.toServer(path), parent -> createParent(parent, containers));
    }

    private static void forEachParent(String target, Consumer<String> action) {
        for (int slash = target.indexOf('/', 1); slash > 0; slash = target.indexOf('/', slash + 1)) {
            action.accept(target.substring(0, slash));
        }
    }

    private void createParent(String parent, boolean container) {
        CreateOptions kind = CreateOptions.of(container ? CreateMode.CONTAINER : CreateMode.PERSISTENT);
        Operation<Boolean> create = new Operation<Boolean>(
                        core,
                        Lane.DIRECT,
                        chroot.toUser(parent),
                        request(parent, new byte[0], parentAcls.getOrDefault(parent, options.acl()), kind),
                        (p, body) -> Boolean.TRUE)
                .repeatable() // it does not matter who creates it
                .until(deadlineNanos)
                .boundTo(sessionNumber);
        create.whenComplete((created, failure) -> {
            // A server that does not know containers closes the connection: the creation itself is resolved or lost.
            if (failure != null && !(failure instanceof UnimplementedException) && isRefusal(create, failure)) {
                parentRefusal = Await.failure(failure);
            }
        });
        create.enter();
    }

    /** A refused parent may exist all the same: servers look at permissions first. */
    private static boolean isRefusal(Operation<?> create, Throwable failure) {
        return create.loss() == null
                && !(failure instanceof NodeExistsException)
                && !(failure instanceof NoNodeException);
    }

    // ---- guard ---------------------------------------------------------------------------------------------------

    /** Finds out whether a creation whose reply was lost took place. */
    private void resolve() {
        GuardSearch search = new GuardSearch(
                core,
                chroot,
                path,
                String.valueOf(guardPrefix),
                options,
                deadlineNanos,
                core.settings().retry());
        search.find(sessionNumber, (found, failure) -> {
            if (failure != null) {
                giveUp(search.loss(), failure);
            } else if (found == null) {
                mayExist = false;
                again();
            } else {
                succeed(found);
            }
        });
    }

    /** It cannot be settled in time. */
    private void giveUp(@Nullable Loss loss, PinfoldException why) {
        boolean ephemeral = options.mode().isEphemeral();
        if (loss == Loss.SESSION) {
            fail(
                    ephemeral
                            ? new SessionExpiredException(
                                    path, "The session expired, and what was created in it is gone")
                            : unknown());
        } else if (loss == Loss.CLOSED || loss == Loss.AUTH) {
            fail(ephemeral ? why : unknown());
        } else {
            cleanUp();
            fail(new OperationTimeoutException(
                    path, "The creation of " + path + " could not be settled in time and is being undone"));
        }
    }

    private OutcomeUnknownException unknown() {
        return new OutcomeUnknownException(path, "The creation of " + path + " was sent, and its answer was lost");
    }

    /** Goes on until it is known that nothing is left, or the session is over. */
    private void cleanUp() {
        GuardSearch search = new GuardSearch(
                core, chroot, path, String.valueOf(guardPrefix), options, Long.MAX_VALUE, SureDelete.RETRY);
        search.find(sessionNumber, (found, failure) -> {
            if (found != null) {
                new SureDelete(core, chroot, null, Lane.DIRECT, found.path()).begin();
            } else if (failure != null && (search.loss() == null || search.loss() == Loss.CONNECTION)) {
                core.host().schedule(SureDelete.REFUSED_PAUSE_NANOS, this::cleanUp);
            }
        });
    }

    // ---- ends ----------------------------------------------------------------------------------------------------

    private void succeed(Created created) {
        lane.execute(() -> {
            if (!done.complete(created) && guardPrefix != null) {
                // The caller cancelled and will never know the name.
                new SureDelete(core, chroot, null, Lane.DIRECT, created.path()).start();
            }
        });
    }

    private void fail(PinfoldException failure) {
        failure.note(core.history(setbacks, startNanos));
        lane.execute(() -> done.completeExceptionally(failure));
    }
}
