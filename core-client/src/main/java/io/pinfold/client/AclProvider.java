package io.pinfold.client;

import io.pinfold.Acl;
import java.util.List;

/**
 * Says who may do what with the znodes that a client creates without being told: those of recipes, their parents, and all for
 * which {@link Acl#OPEN} is asked.
 */
@FunctionalInterface
public interface AclProvider {
    /** Everybody may do everything with everything. */
    AclProvider OPEN = path -> Acl.OPEN;

    /**
     * Decides about one znode. A pure function; called in the thread that asks for the creation. If it throws, the call fails
     * with {@link io.pinfold.BadArgumentsException} and nothing is created.
     *
     * @param path the znode, without what is added to its name to make it unique
     * @return the list that it gets, not empty
     */
    List<Acl> aclOf(String path);
}
