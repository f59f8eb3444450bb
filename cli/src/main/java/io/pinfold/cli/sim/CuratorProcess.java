package io.pinfold.cli.sim;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.WatchEvent;
import io.pinfold.ZnodePath;
import io.pinfold.testing.sim.Holders.Claim;
import io.pinfold.testing.sim.Stage;
import io.pinfold.testing.sim.StockSession;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One life of a program with Apache Curator: a stock session, and calls that are tried until they succeed. Confined to the
 * world's thread. */
final class CuratorProcess implements StockSession.Listener {
    private static final long MILLI = 1_000_000;
    private static final int RETRIED_WITHIN = 60;

    /** Hears of events; of null when the connection is lost. */
    @FunctionalInterface
    interface News extends Consumer<@Nullable String> {}

    private final Stage stage;
    private final String name;
    private final StockSession session;
    private @Nullable News waiting;
    private boolean dead;

    CuratorProcess(Stage stage, String name) {
        this.stage = stage;
        this.name = name;
        this.session = new StockSession(stage, name, 1000 + 500 * stage.below(name + ".timeout", 4), this);
    }

    void start() {
        session.start();
    }

    StockSession session() {
        return session;
    }

    boolean isDead() {
        return dead;
    }

    /** The process is killed; its session lives until it expires. */
    void die() {
        dead = true;
        session.die();
    }

    /** The process ends as it should. */
    void close() {
        dead = true;
        session.close();
    }

    /** {@return what a program with a listener for the state of the connection says of a place} */
    Claim claim(CuratorPlace place) {
        if (dead || !place.isOfThisSession()) {
            return Claim.OVER;
        }
        return session.isSure() ? Claim.HELD : Claim.UNCERTAIN;
    }

    String name() {
        return name;
    }

    /** {@return what the process was told of a change} */
    Outcome outcome(ErrorCode code) {
        if (code == ErrorCode.OK) {
            return Outcome.DONE;
        }
        return code == ErrorCode.CONNECTION_LOSS ? Outcome.UNKNOWN : Outcome.REFUSED;
    }

    byte[] data() {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    String newGuid() {
        return new UUID(stage.draw(name + ".guid"), stage.draw(name + ".guid")).toString();
    }

    boolean oneIn(String what, int many) {
        return stage.below(name + '.' + what, many) == 0;
    }

    void onNews(News listener) {
        waiting = listener;
    }

    void noMoreNews() {
        waiting = null;
    }

    void later(Runnable task) {
        after(stage.below(name + ".retry", RETRIED_WITHIN), task);
    }

    void after(int millis, Runnable task) {
        stage.after(millis * MILLI, () -> {
            if (!dead) {
                task.run();
            }
        });
    }

    /** Lists a directory; one that is not there is empty. */
    void children(String path, Consumer<List<String>> then) {
        session.ask(new Request.GetChildren(path, false), (code, body) -> {
            if (code == ErrorCode.OK) {
                then.accept(ReplyBodies.readNames(body));
            } else if (code == ErrorCode.NO_NODE) {
                then.accept(List.of());
            } else {
                later(() -> children(path, then));
            }
        });
    }

    void delete(String path) {
        session.ask(new Request.Delete(path, -1), (code, body) -> {
            if (code != ErrorCode.OK && code != ErrorCode.NO_NODE) {
                later(() -> delete(path));
            }
        });
    }

    /** Makes a directory and what is above it. */
    void makeContainers(String path, Runnable then) {
        Request creation =
                new Request.Create(OpCode.CREATE_CONTAINER, path, null, Acl.OPEN, CreateMode.CONTAINER.flag(), -1);
        session.ask(creation, (code, body) -> {
            if (code == ErrorCode.NO_NODE) {
                makeContainers(ZnodePath.parent(path), () -> makeContainers(path, then));
            } else if (code == ErrorCode.OK || code == ErrorCode.NODE_EXISTS) {
                then.run();
            } else {
                later(() -> makeContainers(path, then));
            }
        });
    }

    @Override
    public void disconnected() {
        tell(null);
    }

    @Override
    public void connected() {}

    @Override
    public void event(WatchEvent.Type type, String path) {
        tell(path);
    }

    private void tell(@Nullable String path) {
        News listener = waiting;
        if (listener != null) {
            listener.accept(path);
        }
    }
}
