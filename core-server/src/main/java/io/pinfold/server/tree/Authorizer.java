package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import java.util.List;

/** Decides who may do what. Stateless: the same question always gets the same answer. */
@FunctionalInterface
public interface Authorizer {
    /** Everybody may do everything. */
    Authorizer OPEN = (acl, permissions, ids) -> true;

    /**
     * {@return whether somebody may do something to a znode}
     *
     * @param acl the znode's list
     * @param permissions the permission bits of {@link Acl} of which one is enough
     * @param ids who asks: the identities of a connection
     */
    boolean permits(List<Acl> acl, int permissions, List<AuthId> ids);
}
