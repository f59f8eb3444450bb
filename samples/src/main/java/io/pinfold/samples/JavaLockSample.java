package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.LeaseLostException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedLock;
import io.pinfold.locks.ThreadOwnedLock;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   a distributed lock behind java.util.concurrent.locks.Lock: owned by a thread, reentrant.
 * The guarantee:   a thread that lost the lease does not get in again by counting, and learns of it when it unlocks.
 * The failure:     the holder's session ends while another process waits.
 */
public final class JavaLockSample {
    private JavaLockSample() {}

    /** Plays on the servers that are named, as in {@code host:port}, or else on one inside this process. */
    public static void main(String[] args)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        BiConsumer<String, String> say = (who, what) -> System.out.println(who + ": " + what);
        if (args.length > 0) {
            say.accept("ok", run(args[0], PinfoldClient::close, say));
            return;
        }
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone())) {
            Consumer<PinfoldClient> endSession =
                    client -> server.expireSession(client.session().id());
            say.accept("ok", run(server.connectString(), endSession, say));
        }
    }

    static String run(String servers, Consumer<PinfoldClient> endSession, BiConsumer<String, String> say)
            throws InterruptedException, ExecutionException, TimeoutException {
        String path = "/samples/java-lock";
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // lock() would wait for servers for as long as it takes
            ThreadOwnedLock lock = DistributedLock.at(bob, path).asJavaLock();

            lock.lock();
            say.accept("bob", "locks, token " + lock.lease().fencingToken());
            check(lock.tryLock(), "a thread may lock again");
            lock.unlock();
            say.accept("bob", "locks again in the same thread, and unlocks once: still holds it");
            CompletableFuture<Lease> adasTurn = DistributedLock.at(ada, path).acquireAsync();

            say.accept("fault", "bob's session ends");
            long token = lock.lease().fencingToken();
            endSession.accept(bob);
            lock.lease().lost().get(5, SECONDS);
            try (Lease adas = adasTurn.get(5, SECONDS)) {
                check(adas.fencingToken() > token, "tokens grow");
                say.accept("ada", "holds it now, token " + adas.fencingToken());
                try {
                    lock.lock();
                    check(false, "nobody gets in on a lost lease");
                } catch (LeaseLostException e) {
                    say.accept("bob", "locks again and is refused: " + e.getMessage());
                }
                try {
                    lock.unlock();
                    check(false, "who unlocks learns that the lease was lost");
                } catch (LeaseLostException e) {
                    say.accept("bob", "unlocks, and learns that ada may have worked at the same time");
                }
            }
        }
        return "one thread at a time, in one process at a time.";
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
