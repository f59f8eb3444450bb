package io.pinfold.testing.sim.oracle;

import io.pinfold.Acl;
import io.pinfold.Stat;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A znode of the {@link Model}. Changed only while its state is being made, and a copy from then on. */
final class ModelNode {
    byte @Nullable [] data;
    List<Acl> acl = Acl.OPEN;
    long czxid;
    /** Place among the creations of one transaction. */
    int ordinal;

    long mzxid;
    long pzxid;
    long ctime;
    long mtime;
    int version;
    int aversion;
    /** How many children it ever had. */
    long created;

    long owner;
    boolean container;
    /** Shared with copies: who changes it puts another one in its place. */
    TreeSet<String> children = new TreeSet<>();

    ModelNode copy() {
        ModelNode copy = new ModelNode();
        copy.data = data;
        copy.acl = acl;
        copy.czxid = czxid;
        copy.ordinal = ordinal;
        copy.mzxid = mzxid;
        copy.pzxid = pzxid;
        copy.ctime = ctime;
        copy.mtime = mtime;
        copy.version = version;
        copy.aversion = aversion;
        copy.created = created;
        copy.owner = owner;
        copy.container = container;
        copy.children = children;
        return copy;
    }

    Stat stat() {
        return new Stat(
                czxid,
                mzxid,
                ctime,
                mtime,
                version,
                (int) (2 * created - children.size()),
                aversion,
                owner,
                data == null ? 0 : data.length,
                children.size(),
                pzxid);
    }
}
