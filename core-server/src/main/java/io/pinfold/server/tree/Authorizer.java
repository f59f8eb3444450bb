package io.pinfold.server.tree;

import io.pinfold.Acl;
import java.util.List;

/** Decides who may do what. Stateless: the same question always gets the same answer. */
@FunctionalInterface
public interface Authorizer {
    /** Everybody may do everything. */
    Authorizer OPEN = (acl, permission, caller) -> true;

    /**
     * {@return whether a caller may do something to a znode}
     *
     * @param acl the znode's list
     * @param permission one of the permission bits of {@link Acl}
     */
    boolean permits(List<Acl> acl, int permission, Caller caller);
}
