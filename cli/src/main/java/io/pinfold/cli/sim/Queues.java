package io.pinfold.cli.sim;

import io.pinfold.ZnodePath;
import io.pinfold.framework.PlaceNames;
import io.pinfold.testing.sim.Stage;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.util.List;
import java.util.OptionalInt;

/** What must be true of the queues of locks and elections in the committed state. Stateless. */
final class Queues {
    private static final String PROMISE = "first come, first served";

    private Queues() {}

    /**
     * Nobody was passed by: whoever is granted a place stands behind nobody who counts.
     *
     * @param path the place that was granted
     * @param counting who else counts, by their names
     */
    static void requireTurn(Stage stage, String path, List<PlaceNames> counting) {
        ZnodeView directory = stage.committed(ZnodePath.parent(path));
        OptionalInt own = sequence(ZnodePath.name(path));
        if (directory == null || own.isEmpty()) {
            return;
        }
        for (String name : directory.children()) {
            for (PlaceNames names : counting) {
                OptionalInt number = names.sequence(name);
                if (number.isPresent() && number.getAsInt() < own.getAsInt()) {
                    stage.broken(PROMISE, path + " was granted before " + name);
                }
            }
        }
    }

    private static OptionalInt sequence(String name) {
        int digits = name.length() - 10;
        return digits < 0 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(name.substring(digits)));
    }

    /** Nobody left a znode behind. */
    static void requireEmpty(Stage stage, String path) {
        requireCount(stage, path, 0);
    }

    /** So many have a znode, and nobody left one behind. */
    static void requireCount(Stage stage, String path, int count) {
        ZnodeView directory = stage.committed(path);
        int found = directory == null ? 0 : directory.children().size();
        if (found != count) {
            throw new AssertionError(path + " should have " + count + " children, and has " + found + ": "
                    + (directory == null ? "" : directory.children()));
        }
    }
}
