package io.pinfold.config;

import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.NodeChange;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.TreeChange;
import io.pinfold.framework.WatchedTree;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Tells a listener of the steps of a configuration, beginning with what was there before the server was heard of. Confined to
 * {@code calls}, except for closing.
 */
final class Telling implements Subscription {
    private final Keys keys;
    private final Consumer<ConfigChange> listener;
    private final SerialExecutor calls;
    private final Subscription changes;
    private volatile boolean open = true;
    private ConfigSnapshot told;
    private boolean begun;
    private boolean live;

    Telling(RecipeClient client, Keys keys, WatchedTree tree, ConfigSnapshot atFirst, Consumer<ConfigChange> listener) {
        this.keys = keys;
        this.listener = listener;
        this.calls = new SerialExecutor(client.runtime().callbackExecutor());
        this.told = ConfigSnapshot.empty(keys);
        calls.execute(() -> {
            if (!atFirst.entries().isEmpty() && !tree.isKnown()) {
                tell(ConfigChange.between(told, atFirst));
            }
        });
        this.changes = tree.onChange(step -> calls.execute(() -> tell(change(step))));
    }

    private ConfigChange change(TreeChange step) {
        ConfigSnapshot after = new ConfigSnapshot(keys, step.after());
        if (!live) {
            live = true;
            return ConfigChange.between(told, after);
        }
        SortedSet<String> changed = new TreeSet<>();
        step.changes().stream().map(NodeChange::path).map(keys::key).forEach(changed::add);
        return new ConfigChange(told, after, changed);
    }

    private void tell(ConfigChange change) {
        told = change.after();
        if (open && (!change.keys().isEmpty() || !begun)) {
            begun = true;
            listener.accept(change);
        }
    }

    @Override
    public void close() {
        open = false;
        changes.close();
    }
}
