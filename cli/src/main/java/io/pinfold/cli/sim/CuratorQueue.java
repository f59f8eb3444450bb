package io.pinfold.cli.sim;

import io.pinfold.ErrorCode;
import io.pinfold.ZnodePath;
import io.pinfold.testing.sim.Holders.Claim;
import io.pinfold.wire.Request;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A wait in a queue as Apache Curator's locks and elections wait: list, watch the one before, and list again whatever happened.
 * Confined to the world's thread.
 */
final class CuratorQueue implements CuratorProgram.Wish, CuratorPlace.Next {
    /** Whom a place waits for. */
    @FunctionalInterface
    interface Rule {
        /**
         * {@return who is before the place; empty if it is its turn}
         *
         * @param own where the place stands in the queue
         * @param queue the names, in order
         */
        Optional<String> waitsFor(int own, List<String> queue);
    }

    /** The first one has it, each other waits for the one before. */
    static final Rule FIRST = (own, queue) -> own == 0 ? Optional.empty() : Optional.of(queue.get(own - 1));

    private final CuratorProcess process;
    private final String directory;
    private final String marker;
    private final List<String> markers;
    private final Rule rule;
    private final Consumer<CuratorQueue> held;
    private CuratorPlace place;
    private boolean over;
    private @Nullable String waitingFor;

    CuratorQueue(
            CuratorProcess process,
            String directory,
            String marker,
            List<String> markers,
            Rule rule,
            Consumer<CuratorQueue> held) {
        this.process = process;
        this.directory = directory;
        this.marker = marker;
        this.markers = markers;
        this.rule = rule;
        this.held = held;
        this.place = new CuratorPlace(process, directory, marker, this);
    }

    static CuratorQueue first(CuratorProcess process, String directory, String marker, Consumer<CuratorQueue> held) {
        return new CuratorQueue(process, directory, marker, List.of(marker), FIRST, held);
    }

    /** {@return a wish to be the only holder of a path, which is noted when it is granted} */
    static CuratorQueue exclusive(
            Setting setting, CuratorProcess process, String path, String marker, Runnable granted) {
        return first(process, path, marker, queue -> {
            setting.holders().gained(path, queue.place.name(), queue.place.czxid(), queue::claim);
            granted.run();
        });
    }

    @Override
    public void begin() {
        place.begin();
    }

    CuratorPlace place() {
        return place;
    }

    /** {@return what the process says of itself as the holder} */
    Claim claim() {
        return over ? Claim.OVER : process.claim(place);
    }

    /** Deletes the place, however long it takes. */
    @Override
    public void release() {
        over = true;
        process.delete(place.path());
    }

    @Override
    public void created() {
        list();
    }

    private void list() {
        waitingFor = null;
        process.children(directory, names -> {
            List<String> queue =
                    names.stream().sorted((a, b) -> key(a).compareTo(key(b))).toList();
            int own = queue.indexOf(place.name());
            if (own < 0) {
                place = new CuratorPlace(process, directory, marker, this);
                place.begin();
                return;
            }
            Optional<String> before = rule.waitsFor(own, queue);
            if (before.isEmpty()) {
                process.noMoreNews();
                held.accept(this);
            } else {
                watch(before.get());
            }
        });
    }

    private void watch(String before) {
        waitingFor = ZnodePath.child(directory, before);
        process.onNews(this::news);
        process.session().ask(new Request.GetData(waitingFor, true), (code, body) -> {
            if (code == ErrorCode.NO_NODE) {
                again();
            }
        });
    }

    /** The process hears of something; null for a lost connection. */
    private void news(@Nullable String path) {
        if (path == null || path.equals(waitingFor)) {
            again();
        }
    }

    private void again() {
        if (!over && waitingFor != null) {
            list();
        }
    }

    /** What Curator sorts by: what stands behind the marker, or all of a strange name. */
    private String key(String name) {
        for (String each : markers) {
            int at = name.lastIndexOf(each);
            if (at >= 0) {
                return name.substring(at + each.length());
            }
        }
        return name;
    }
}
