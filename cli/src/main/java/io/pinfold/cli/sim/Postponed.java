package io.pinfold.cli.sim;

import io.pinfold.testing.sim.Stage;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The items of a queue that a consumer may think not due yet, by the clock of somebody who leads or led: those that are due
 * later, as after a clock went back or somebody leads whose clock is ahead, and those of the same key behind them. Immutable.
 */
final class Postponed {
    private static final int DUE = 1;
    private static final int KEY = 2;
    private static final int SEQUENCE = 4;
    private static final String NO_KEY = "_";
    private static final int HEX = 16;

    private final List<String> contents = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();

    Postponed(Stage stage, String queue) {
        String buckets = queue + "/items";
        ZnodeView directory = stage.committed(buckets);
        if (directory != null) {
            for (String bucket : directory.children()) {
                look(stage, buckets + '/' + bucket);
            }
        }
    }

    private void look(Stage stage, String bucket) {
        ZnodeView items = stage.committed(bucket);
        if (items == null) {
            return;
        }
        List<String> inOrder = new ArrayList<>(items.children());
        inOrder.sort((one, other) -> parts(one)[SEQUENCE].compareTo(parts(other)[SEQUENCE]));
        for (String name : inOrder) {
            String[] parts = parts(name);
            boolean early = Long.parseLong(parts[DUE], HEX) > stage.slowestMillis();
            if (early && !parts[KEY].equals(NO_KEY)) {
                keys.add(parts[KEY]);
            }
            ZnodeView item = stage.committed(bucket + '/' + name);
            if (item != null && (early || keys.contains(parts[KEY]))) {
                contents.add(item.data());
            }
        }
    }

    private static String[] parts(String name) {
        return name.split("\\.");
    }

    /** {@return whether the item is one of them} */
    boolean contains(String item) {
        return contents.stream().anyMatch(content -> content.endsWith(item));
    }
}
