package io.pinfold.testing.sim.oracle;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * For copies of a subtree: each is the state at the zxid that it names, later ones of the same viewer are not older, and in
 * the end they are the present.
 */
final class PicturesAreStates implements Invariant {
    private final Map<String, Long> last = new HashMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Saw saw) {
            Long before = last.put(saw.viewer(), saw.zxid());
            if (before != null && before > saw.zxid()) {
                throw broken(saw.viewer() + " goes back from 0x" + Long.toHexString(before) + " to 0x"
                        + Long.toHexString(saw.zxid()));
            }
            compare(saw, scene.model());
        }
    }

    private void compare(Fact.Saw saw, Model model) {
        if (saw.zxid() > model.lastZxid()) {
            throw broken(saw.viewer() + " shows 0x" + Long.toHexString(saw.zxid()) + ", which is not committed");
        }
        State state = saw.present() ? model.last() : model.at(saw.zxid());
        if (state == null) {
            return; // too long ago to know
        }
        SortedMap<String, Fact.Znode> truth = below(state, saw.root(), saw.depth());
        if (!truth.equals(saw.znodes())) {
            throw broken(saw.viewer() + " shows " + saw.znodes() + " for 0x" + Long.toHexString(saw.zxid())
                    + (saw.present() ? ", but now there is " : ", but then there was ") + truth);
        }
    }

    private static SortedMap<String, Fact.Znode> below(State state, String root, int depth) {
        SortedMap<String, Fact.Znode> found = new TreeMap<>();
        // '0' follows '/'.
        state.nodes.forEach(root + '/', root + '0', (path, node) -> {
            long levels = path.chars().skip(root.length()).filter(c -> c == '/').count();
            if (levels <= depth) {
                found.put(path, new Fact.Znode(node.czxid, node.mzxid));
            }
        });
        return found;
    }
}
