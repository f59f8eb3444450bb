package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedLock;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   a table of a database that a lock protects, through JDBC; the database here is H2, in memory.
 * The guarantee:   each row remembers the largest fencing token that wrote it, and an update with a smaller one changes
 *                  nothing. So whoever was overtaken does no harm, whatever it believes.
 * The failure:     ada is paused between looking at her lease and writing. Her session ends meanwhile, bob gets the lock
 *                  and writes; then ada wakes up and writes as if nothing had happened.
 */
public final class FencedTableSample {
    private static final String UPDATE = "update stock set amount = ?, fence = ? where item = ? and fence <= ?";

    private FencedTableSample() {}

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
        String path = "/samples/fenced-table";
        try (Connection database = DriverManager.getConnection("jdbc:h2:mem:");
                PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers)) {
            database.createStatement().execute("create table stock (item varchar, amount int, fence bigint)");
            database.createStatement().execute("insert into stock values ('apples', 100, 0)");
            ada.awaitConnected(Duration.ofSeconds(5)); // acquire() would wait for servers for as long as it takes
            Lease adas = DistributedLock.at(ada, path).acquire();
            say.accept("ada", "holds the lock, token " + adas.fencingToken());
            check(write(database, 90, adas), "the holder may write");
            CompletableFuture<Lease> bobsTurn = DistributedLock.at(bob, path).acquireAsync();
            adas.ensureHeld(); // here ada is sure, and here she falls asleep
            say.accept("fault", "ada is paused, and her session ends");
            endSession.accept(ada);

            try (Lease lease = bobsTurn.get(5, SECONDS)) {
                say.accept("bob", "holds the lock, token " + lease.fencingToken());
                check(write(database, 80, lease), "the next holder may write");
                say.accept("bob", "sets 80");
                check(!write(database, 89, adas), "an older token changes no row");
                say.accept("ada", "wakes up, sets 89 with token " + adas.fencingToken() + ", and changes no row");
            }
            ResultSet row = database.createStatement().executeQuery("select amount from stock");
            check(row.next() && row.getInt(1) == 80, "what bob wrote is not overwritten");
        } catch (SQLException e) {
            throw new IllegalStateException("The database fails", e);
        }
        return "2 updates by holders, 1 late update that changed nothing.";
    }

    /** {@return whether the row was changed} */
    private static boolean write(Connection database, int amount, Lease lease) throws SQLException {
        try (PreparedStatement update = database.prepareStatement(UPDATE)) {
            update.setInt(1, amount);
            update.setLong(2, lease.fencingToken());
            update.setString(3, "apples");
            update.setLong(4, lease.fencingToken());
            return update.executeUpdate() == 1;
        }
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
