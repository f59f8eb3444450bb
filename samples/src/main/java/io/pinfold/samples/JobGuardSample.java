package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.locks.JobGuard;
import io.pinfold.locks.JobRun;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   a nightly job that two processes try to do.
 * The guarantee:   each night is completed once; what was missed is made up for.
 * The failure:     the session of the process that is at it ends. It cannot complete the night any more; the other one does.
 */
public final class JobGuardSample {
    private JobGuardSample() {}

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
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T02:00:00Z"));
        String path = "/samples/jobs/" + System.currentTimeMillis(); // a new one: what an earlier play did is done with
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers)) {
            JobGuard adas = nightly(ada, path, now::get);
            JobGuard bobs = nightly(bob, path, now::get);

            check(adas.runIfDue(run -> say.accept("ada", "does the night of " + run.slotBegin())), "one does it");
            check(!bobs.runIfDue(run -> say.accept("bob", "does it again")), "nobody does it again");

            now.set(now.get().plus(Duration.ofDays(1)));
            JobRun lost = bobs.tryBegin().orElseThrow();
            say.accept("bob", "is at the next night, token " + lost.fencingToken());
            say.accept("fault", "bob's session ends");
            endSession.accept(bob);
            lost.lease().lost().get(5, SECONDS);
            try (JobRun again = adas.tryBegin().orElseThrow()) {
                say.accept("ada", "does it instead, token " + again.fencingToken());
                check(again.slot() == lost.slot(), "a night that was not completed is due again");
                check(again.fencingToken() > lost.fencingToken(), "tokens grow");
                again.complete();
            }

            now.set(now.get().plus(Duration.ofDays(3)));
            int made = 0;
            while (adas.runIfDue(run -> say.accept("ada", "makes up for " + run.slotBegin()))) {
                made++;
            }
            check(made == 3, "the nights that nobody did are made up for");
        }
        return "each night once, and none forgotten.";
    }

    private static JobGuard nightly(PinfoldClient client, String path, InstantSource clock) {
        return JobGuard.builder(client, path)
                .period(Duration.ofDays(1))
                .offset(Duration.ofHours(2))
                .catchUp(7)
                .clock(clock)
                .build();
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
