package io.pinfold.groups;

import io.pinfold.BadArgumentsException;
import io.pinfold.ZnodePath;

/** Paths made of names that users gave. Stateless. */
final class ChildPath {
    private ChildPath() {}

    /** {@return the path of a child; refuses what is no name, also if it would make a path} */
    static String of(String parent, String name) {
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw new BadArgumentsException(parent, "Not a name: \"" + name + "\", for a znode below " + parent);
        }
        return ZnodePath.check(ZnodePath.child(parent, name));
    }
}
