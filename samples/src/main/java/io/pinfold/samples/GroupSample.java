package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.client.SessionState;
import io.pinfold.framework.Codec;
import io.pinfold.groups.DuplicateMemberException;
import io.pinfold.groups.Group;
import io.pinfold.groups.MembersChange;
import io.pinfold.groups.Membership;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   two workers that say where they are, and a router that keeps track of them.
 * The guarantee:   the router is told of every change; an id belongs to one member, who joins again by itself.
 * The failure:     the session of a worker ends.
 */
public final class GroupSample {
    private GroupSample() {}

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
        String path = "/samples/group-" + UUID.randomUUID();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient router = PinfoldClient.connect(servers)) {
            Group<String> workers = Group.at(router, path, Codec.TEXT);
            BlockingQueue<String> told = new LinkedBlockingQueue<>();
            workers.onChange(change -> told.add("is told: " + changes(change)));
            say.accept("router", told.poll(5, SECONDS));

            Membership<String> adas = Group.at(ada, path, Codec.TEXT).join("worker-a", "10.0.0.7:80");
            say.accept("router", told.poll(5, SECONDS));
            Membership<String> bobs = Group.at(bob, path, Codec.TEXT).join("worker-b", "10.0.0.8:80");
            say.accept("router", told.poll(5, SECONDS));
            try {
                Group.at(bob, path, Codec.TEXT).join("worker-a", "10.0.0.9:80");
                check(false, "an id belongs to one member");
            } catch (DuplicateMemberException e) {
                say.accept("bob", "is refused as worker-a: there is one");
            }
            bobs.update("10.0.0.8:8080").get(5, SECONDS);
            say.accept("router", told.poll(5, SECONDS));

            say.accept("fault", "bob's session ends");
            endSession.accept(bob);
            say.accept("router", told.poll(5, SECONDS));
            if (bob.session().state() != SessionState.CLOSED) { // elsewhere the sample cannot end sessions; it closes
                check(workers.awaitSize(2, Duration.ofSeconds(5)).isPresent(), "bob joins again");
                say.accept("router", "sees " + workers.members().ids());
            }
            adas.close();
            workers.close();
        }
        return "the router knew who was there, and where.";
    }

    private static String changes(MembersChange<String> change) {
        StringBuilder text = new StringBuilder();
        change.left().forEach(member -> text.append(member.id()).append(" left "));
        change.joined().forEach(member -> text.append(member.id()).append(" joined "));
        change.updated().forEach(member -> text.append(member.id()).append(" says something else "));
        return text.length() == 0 ? "nobody is there" : text.toString().trim();
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
