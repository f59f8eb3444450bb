package io.pinfold.testing.sim.oracle;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedSet;

/**
 * A znode of one committed state, for those who judge recipes: no client may have seen it so yet. Immutable.
 *
 * @param data what it holds, as text
 * @param version how often that was changed
 * @param czxid by which transaction it was created
 * @param owner the session that owns it; 0 for none
 * @param children the names of its children, in order
 */
public record ZnodeView(String data, int version, long czxid, long owner, SortedSet<String> children) {
    static ZnodeView of(ModelNode node) {
        byte[] data = node.data;
        String text = data == null ? "" : new String(data, StandardCharsets.UTF_8);
        // A state that is complete does not change any more, so its set needs no copy.
        return new ZnodeView(
                text, node.version, node.czxid, node.owner, Collections.unmodifiableSortedSet(node.children));
    }
}
