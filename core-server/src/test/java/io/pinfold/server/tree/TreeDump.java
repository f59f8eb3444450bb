package io.pinfold.server.tree;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** All that a tree holds, as text: equal trees have equal dumps, the order of children included. */
final class TreeDump {
    private TreeDump() {}

    static String of(DataTree tree) {
        StringBuilder out = new StringBuilder("zxid " + tree.lastZxid() + "\n");
        tree.sessions()
                .forEach((id, timeout) -> out.append("session " + id + " " + timeout + " "
                        + tree.sessions().ephemerals(id) + " " + tree.sessions().ephemeralBytes(id) + "\n"));
        append(tree, "/", out);
        return out.append(tree.nodeCount() + " znodes, " + tree.approximateDataSize() + " bytes\n")
                .toString();
    }

    private static void append(DataTree tree, String path, StringBuilder out) {
        Znode node = tree.get(path);
        if (node == null) {
            throw new AssertionError(path + " is a child and does not exist");
        }
        byte[] data = node.data();
        out.append(path + " " + (data == null ? "null" : HexFormat.of().formatHex(data)) + " " + node.stat() + " "
                + node.acl() + " " + node.kind() + " " + node.ephemeralOwner() + " " + node.childrenCreated() + " "
                + node.ttlMillis() + " "
                + node.ordinal + "\n");
        List<String> children = new ArrayList<>();
        node.forEachChild(children::add);
        for (String child : children) {
            append(tree, path.equals("/") ? "/" + child : path + "/" + child, out);
        }
    }
}
