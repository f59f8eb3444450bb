package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinfold.CreateMode;
import io.pinfold.WatchEvent;
import io.pinfold.client.PinfoldClient;
import java.util.concurrent.CompletableFuture;

/*
 * What it shows:   a worker announces itself by a znode that lives as long as its session.
 * The guarantee:   the znode survives lost connections, goes when the session ends, and all znodes of a session go at once.
 * The failure:     first the worker's connection is cut (nothing happens), then its session ends (the znode goes, and
 *                  whoever watches is told).
 */
final class EphemeralSample implements Sample {
    @Override
    public String name() {
        return "ephemeral";
    }

    @Override
    public String shows() {
        return "a znode that lives as long as the session of its worker";
    }

    @Override
    public String run(Stage stage, Narrator say) throws InterruptedException {
        String workers = stage.path("workers");
        String announced = workers + "/worker-1";
        CompletableFuture<WatchEvent> gone = new CompletableFuture<>();
        try (PinfoldClient observer = PinfoldClient.connect(stage.servers());
                PinfoldClient worker = PinfoldClient.connect(stage.servers())) {
            observer.create(workers, null);
            long owner = worker.create(announced, "10.0.0.1".getBytes(UTF_8), CreateMode.EPHEMERAL)
                    .stat()
                    .ephemeralOwner();
            say.tell("worker", "announces itself; the znode belongs to session 0x" + Long.toHexString(owner));
            say.tell("observer", "sees " + observer.children(workers));

            say.fault("the worker's connection " + stage.cutConnection(worker));
            worker.sync(announced); // returns when the client is connected again
            boolean still = observer.exists(announced, gone::complete).isPresent();
            say.tell(
                    "observer", "sees " + observer.children(workers) + ": the session lives on, and so does the znode");
            BrokenPromise.unless(still, "an ephemeral znode outlives a lost connection");

            say.fault("the worker's session " + stage.endSession(worker));
            WatchEvent event = Sample.soon(gone, "the observer is told");
            say.tell("observer", "is told " + event.type() + " " + event.path());
            boolean empty = observer.children(workers).isEmpty();
            say.tell("observer", "sees " + observer.children(workers));
            BrokenPromise.unless(empty, "an ephemeral znode goes with its session");
            observer.delete(workers);
        }
        return "the znode outlived the connection and went with the session.";
    }
}
