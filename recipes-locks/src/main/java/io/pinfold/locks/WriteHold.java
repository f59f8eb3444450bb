package io.pinfold.locks;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.PinfoldException;
import io.pinfold.SessionExpiredException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.framework.Failures;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.framework.LeasedNodes;
import io.pinfold.framework.SerialExecutor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A writer's place, and how it becomes a reader's: a second znode with the same number is created while the first is in
 * place, then the first is deleted. Thread-safe as the lease is.
 */
final class WriteHold extends ForwardingLease implements WriteLease {
    private final RecipeClient client;
    private final byte[] owner;
    private final List<Acl> acl;

    WriteHold(RecipeClient client, Lease place, byte[] owner, List<Acl> acl) {
        super(place);
        this.client = client;
        this.owner = owner;
        this.acl = acl;
    }

    @Override
    public Lease downgrade() throws InterruptedException {
        return io.pinfold.framework.Waiting.forever(downgradeAsync());
    }

    @Override
    public CompletableFuture<Lease> downgradeAsync() {
        SerialExecutor callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        AsyncClient async = client.async(callbacks);
        Session session = client.session();
        String directory = ZnodePath.parent(path());
        String guid = client.runtime().newGuid();
        String name = ReadWriteQueue.asReader(ZnodePath.name(path()), guid);
        Op creation = new Op.Create(ZnodePath.child(directory, name), owner, acl, CreateMode.EPHEMERAL, -1);
        CompletableFuture<Lease> answer = new CompletableFuture<>();
        new GuardedCreation(client, async, this, directory, ReadWriteQueue.READERS.request(guid), List.of(creation))
                .start()
                .whenComplete((made, failure) -> callbacks.execute(() -> {
                    if (made != null) {
                        goOnAsReader(session, made, answer);
                    } else {
                        answer.completeExceptionally(reason(failure));
                    }
                }));
        return answer;
    }

    private void goOnAsReader(Session session, GuardedCreation.Made made, CompletableFuture<Lease> answer) {
        Lease reader = LeasedNodes.hold(client, session, made.paths(), fencingToken());
        LeaseState state = state();
        if (state == LeaseState.LOST || state == LeaseState.RELEASED || session.id() != made.owner()) {
            reader.close();
            answer.completeExceptionally(gone());
        } else if (answer.isDone()) {
            reader.close();
        } else {
            close();
            if (!answer.complete(reader)) {
                reader.close();
            }
        }
    }

    private PinfoldException reason(@Nullable Throwable failure) {
        PinfoldException cause = Failures.causeOf(failure);
        return cause instanceof SessionExpiredException ? gone() : cause;
    }

    private LeaseLostException gone() {
        return new LeaseLostException(path(), "The write lease " + path() + " is " + state());
    }
}
