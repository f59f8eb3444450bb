package io.pinfold.server.tree;

import io.pinfold.Acl;
import java.util.List;

/** What the preparation of a change needs to know of a znode: the committed one, or one with changes still in flight. */
interface NodeView {
    int version();

    int aversion();

    List<Acl> acl();

    NodeKind kind();

    /** The session that owns an ephemeral znode; 0 for every other kind. */
    long ephemeralOwner();

    int dataLength();

    int childCount();

    /** How many children were ever created: the next sequential name's number. */
    long childrenCreated();
}
