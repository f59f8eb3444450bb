package io.pinfold.cli.sim;

import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.config.ConfigCache;
import io.pinfold.config.ConfigEntry;
import io.pinfold.config.ConfigTree;
import io.pinfold.testing.sim.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Programs that change a configuration, and programs that follow it in memory. Confined to the world's thread. */
final class ConfigPlayers implements Players {
    static final String LIVE_AGAIN = "ConfigLiveAgain";
    private static final long MILLI = 1_000_000;
    private static final String ROOT = "/config/shop";
    private static final List<String> KEYS = List.of("a", "b", "a/deep", "pair", "pair/one", "pair/two");
    private static final int WRITES = 250;
    private static final int WRITERS = 2;
    private static final int CACHE_BYTES = 1 << 20;
    private static final long READ_AFTER = 8000 * MILLI;

    private final Setting setting;
    private final Stage stage;
    private final Cast cast = new Cast();
    private final Program latecomer;
    private final ConfigUpdater updater;
    private final TreeMap<String, ConfigTree> trees = new TreeMap<>();
    private @Nullable ConfigCache cache;
    private final List<ConfigEntry> cached = new ArrayList<>();
    /** What was answered first. */
    private final Map<String, Long> answers = new HashMap<>();

    private int writes;
    private int steps;

    ConfigPlayers(Setting setting) {
        this.setting = setting;
        this.stage = setting.stage();
        this.updater = new ConfigUpdater(setting, ROOT);
        for (int i = 0; i < WRITERS; i++) {
            cast.add(new Program(stage, "writer" + i, this::write));
            cast.add(new Program(stage, "updater" + i, updater));
        }
        cast.add(new Program(stage, "follower", this::follow));
        cast.add(new Program(stage, "reader", this::read));
        this.latecomer = new Program(stage, "latecomer", this::follow);
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    private void write(Life life) {
        if (life.isCalm() || writes >= WRITES) {
            return;
        }
        writes++;
        AsyncClient calls = life.client().async();
        byte[] data = {(byte) writes};
        String path = ROOT + '/' + KEYS.get(life.below("key", KEYS.size()));
        CompletableFuture<?> last = switch (life.below("write", 8)) {
            case 0 -> calls.delete(path, -1);
            case 1 -> {
                calls.delete(path, -1);
                yield calls.create(path, data, CreateOptions.PERSISTENT);
            }
            case 2 -> calls.multi(List.of(Op.delete(path), Op.create(path, data, CreateMode.PERSISTENT)));
            case 3 ->
                calls.multi(List.of(
                        Op.set(ROOT + "/pair/one", data),
                        Op.set(ROOT + "/pair/two", data),
                        Op.set(ROOT + "/pair", data)));
            case 4, 5 -> calls.set(path, data, -1);
            default -> calls.create(path, data, CreateOptions.PERSISTENT.withParents());
        };
        last.whenComplete((done, failure) -> life.within("rest", 100, () -> write(life)));
    }

    // ---- following -------------------------------------------------------------------------------------------------

    private void follow(Life life) {
        ConfigTree tree = ConfigTree.at(life.client(), ROOT);
        trees.put(life.name(), tree);
        ConfigStory story = new ConfigStory(stage::broken, life.holder());
        tree.onChange(change -> {
            steps++;
            if (setting.has(Mistake.STEP_MISSED) && life.oneIn("miss", 10)) {
                return;
            }
            story.told(change);
            if (setting.has(Mistake.PICTURE_MISDATED)) {
                long then = change.before().zxid();
                Pictures.show(stage, life.holder(), ROOT, change.after().entries(), then, false);
            } else {
                Pictures.show(stage, life.holder(), change.after(), false);
            }
            Danger.survived(life);
        });
    }

    // ---- asking ----------------------------------------------------------------------------------------------------

    private void read(Life life) {
        ConfigCache mine = ConfigCache.bounded(life.client(), ROOT, CACHE_BYTES);
        cache = mine;
        CacheStory story = new CacheStory(stage::broken, life.holder());
        read(life, mine, story);
    }

    private void read(Life life, ConfigCache mine, CacheStory story) {
        if (life.isCalm()) {
            return;
        }
        String key = KEYS.get(life.below("key", KEYS.size()));
        long oldest = story.asked(key, mine.changedAt(key).orElse(0));
        mine.getAsync(key).whenComplete((entry, failure) -> {
            if (failure == null) {
                long changedAt = entry.map(ConfigEntry::changedAt).orElse(0L);
                story.answered(key, oldest, setting.has(Mistake.ANSWER_KEPT) ? kept(key, changedAt) : changedAt);
            }
            life.within("rest", 50, () -> read(life, mine, story));
        });
        Danger.survived(life);
    }

    private long kept(String key, long changedAt) {
        return answers.computeIfAbsent(key, first -> changedAt);
    }

    // ---- the run ---------------------------------------------------------------------------------------------------

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void start() {
        cast.start();
        stage.after(stage.below("latecomer", 10_000) * MILLI, latecomer::start);
    }

    @Override
    public void calm() {
        cast.calm();
        latecomer.calm();
        stage.after(READ_AFTER, () -> {
            ConfigCache mine = cache;
            if (mine != null) {
                mine.keys()
                        .forEach(key -> mine.getAsync(key)
                                .thenAccept((Optional<ConfigEntry> entry) -> entry.ifPresent(cached::add)));
            }
        });
    }

    @Override
    public void requireDone() {
        trees.putAll(updater.trees());
        trees.forEach((viewer, tree) -> {
            if (!tree.freshness().live()) {
                stage.broken(LIVE_AGAIN, viewer + " does not follow any more");
            }
            Pictures.show(stage, viewer + " in the end", tree.snapshot(), true);
        });
        Pictures.show(stage, "the cache in the end", ROOT, cached, 0, true);
        updater.requireDone();
    }

    @Override
    public long feats() {
        return steps;
    }
}
