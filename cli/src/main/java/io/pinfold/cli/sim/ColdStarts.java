package io.pinfold.cli.sim;

import io.pinfold.config.ConfigSnapshot;
import io.pinfold.config.ConfigTree;
import io.pinfold.testing.sim.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Programs that begin with the configuration that their predecessors saw last, from a file, and those who judge that: it is at
 * least as new as what a predecessor was told, and it says that it is not up to date. The files are real ones; whatever is to be
 * written is written before anybody reads. Confined to the world's thread.
 */
final class ColdStarts {
    static final String PROMISE = "ConfigColdStart";

    private final Setting setting;
    private final Stage stage;
    private final Map<String, Path> files = new HashMap<>();
    private final Map<String, ConfigTree> last = new HashMap<>();
    private final Map<String, ConfigSnapshot> told = new HashMap<>();

    ColdStarts(Setting setting) {
        this.setting = setting;
        this.stage = setting.stage();
    }

    ConfigTree start(Life life, String root) {
        ConfigTree before = last.get(life.name());
        if (before != null) {
            before.closeAsync().join();
        }
        String owner = setting.has(Mistake.LAST_GOOD_MISLAID) ? life.holder() : life.name();
        Path file = files.computeIfAbsent(owner, name -> newName());
        ConfigTree tree = ConfigTree.builder(life.client(), root).lastGood(file).build();
        last.put(life.name(), tree);
        judge(life, tree);
        ConfigStory story = new ConfigStory(stage::broken, life.holder());
        tree.onChange(change -> {
            story.told(change);
            told.put(life.name(), change.after());
        });
        return tree;
    }

    private void judge(Life life, ConfigTree tree) {
        ConfigSnapshot found = tree.snapshot();
        if (tree.freshness().live()) {
            stage.broken(PROMISE, life.holder() + " takes what it read from a file for the present");
        }
        ConfigSnapshot seen = told.get(life.name());
        if (seen == null) {
            return;
        }
        if (found.zxid() < seen.zxid()) {
            stage.broken(
                    PROMISE,
                    life.holder() + " begins with the configuration as of 0x" + Long.toHexString(found.zxid())
                            + ", though 0x" + Long.toHexString(seen.zxid()) + " had been seen");
        }
        Pictures.show(stage, life.holder() + " at its start", found, false);
    }

    private static Path newName() {
        try {
            Path file = Files.createTempFile("pinfold-sim-", ".config");
            Files.delete(file); // nobody saw anything yet
            file.toFile().deleteOnExit(); // of a run that fails
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody starts any more. */
    void close(List<ConfigTree> trees) {
        trees.forEach(tree -> tree.closeAsync().join());
        for (Path file : files.values()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
