package io.pinfold.cli.sim;

import io.pinfold.ZnodePath;
import io.pinfold.testing.sim.Stage;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.util.stream.Stream;

/** The committed state, for those who judge. Stateless. */
final class Znodes {
    private Znodes() {}

    /** {@return the paths of the children of a znode; none if it is not there} */
    static Stream<String> below(Stage stage, String path) {
        ZnodeView znode = stage.committed(path);
        return znode == null ? Stream.empty() : znode.children().stream().map(name -> ZnodePath.child(path, name));
    }
}
