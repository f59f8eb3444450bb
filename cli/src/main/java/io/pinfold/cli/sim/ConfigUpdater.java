package io.pinfold.cli.sim;

import io.pinfold.config.ConfigEntry;
import io.pinfold.config.ConfigTree;
import io.pinfold.config.Versioned;
import io.pinfold.framework.Codec;
import io.pinfold.testing.sim.Stage;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Counts in a key of a configuration, by functions of the value and by versions that it saw, and publishes several keys at once.
 * What it writes nobody else writes, byte by byte: what others wrote counts as one's own if it is the same. It has a file with
 * what it saw last, and begins with that when it is started anew. Confined to the world's thread.
 */
final class ConfigUpdater implements Program.Script {
    private static final String KEY = "count";
    private static final int UPDATES = 150;

    private final Setting setting;
    private final Stage stage;
    private final String root;
    /** Whether nobody is killed, so that nothing is in doubt. */
    private final boolean spared;

    private final CounterLedger ledger;
    private final ColdStarts coldStarts;
    private final Map<String, ConfigTree> trees = new TreeMap<>();
    private int updates;

    ConfigUpdater(Setting setting, String root) {
        this.setting = setting;
        this.stage = setting.stage();
        this.root = root;
        this.spared = !setting.has(Mistake.LAST_GOOD_MISLAID) && stage.below("updater.spared", 2) == 0;
        this.ledger = new CounterLedger(stage::broken, 0);
        this.coldStarts = new ColdStarts(setting);
    }

    /** {@return what its programs follow, by their names} */
    Map<String, ConfigTree> trees() {
        return trees;
    }

    @Override
    public void begin(Life life) {
        ConfigTree tree = coldStarts.start(life, root);
        trees.put(life.name(), tree);
        update(life, tree);
    }

    private void update(Life life, ConfigTree tree) {
        if (life.isCalm() || updates++ >= UPDATES) {
            return;
        }
        CompletableFuture<?> done = switch (life.below("how", 4)) {
            case 0 -> publish(tree);
            case 1 ->
                tree.snapshot()
                        .entry(KEY)
                        .<CompletableFuture<?>>map(seen -> set(life, tree, seen))
                        .orElseGet(() -> count(life, tree));
            default -> count(life, tree);
        };
        done.whenComplete((nothing, failure) -> life.within("rest", 150, () -> update(life, tree)));
        if (!spared) {
            Danger.survived(life);
        }
    }

    private CompletableFuture<?> publish(ConfigTree tree) {
        byte[] data = {(byte) updates, 1};
        return tree.publishAsync(Map.of("pair", data, "pair/one", data, "pair/two", data));
    }

    private CompletableFuture<?> count(Life life, ConfigTree tree) {
        int number = ledger.begun(1);
        String mark = '/' + life.holder() + '#' + number;
        CompletableFuture<Versioned<String>> counted =
                tree.updateAsync(KEY, Codec.TEXT, "0", text -> count(text) + 1 + mark);
        return counted.whenComplete((now, failure) -> told(number, now, failure));
    }

    private CompletableFuture<?> set(Life life, ConfigTree tree, ConfigEntry seen) {
        int number = ledger.begun(1);
        long next = count(new String(seen.data(), StandardCharsets.UTF_8)) + 1;
        String text = next + "/" + life.holder() + '#' + number;
        int version = setting.has(Mistake.VERSION_FORGOTTEN) ? -1 : seen.version();
        return tree.setAsync(KEY, Codec.TEXT, text, version).whenComplete((now, failure) -> told(number, now, failure));
    }

    private void told(int number, @Nullable Versioned<String> now, @Nullable Throwable failure) {
        switch (Outcome.of(failure)) {
            case DONE -> ledger.done(number, now == null ? 0 : count(now.value()));
            case REFUSED -> ledger.refused(number);
            case UNKNOWN -> ledger.unknown(number);
        }
    }

    private static long count(String text) {
        return Long.parseLong(text.substring(0, (text + '/').indexOf('/')));
    }

    void requireDone() {
        ZnodeView znode = stage.committed(root + '/' + KEY);
        ledger.end(Optional.ofNullable(znode)
                .map(ZnodeView::data)
                .map(ConfigUpdater::count)
                .orElse(0L));
        coldStarts.close(List.copyOf(trees.values()));
    }
}
