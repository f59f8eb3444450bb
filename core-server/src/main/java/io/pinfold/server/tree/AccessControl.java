package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import java.util.List;

/**
 * Enforces access control lists by ZooKeeper's rules: one entry that grants the permission to one of the identities is
 * enough, an empty list protects nothing, and the super user may do everything. A list does not reach the znodes below.
 * Stateless; the open list costs one comparison and no call allocates anything unless addresses are compared.
 */
public final class AccessControl implements Authorizer {
    /** The scheme of the one identity that passes every list. */
    public static final String SUPER = "super";

    @Override
    public boolean permits(List<Acl> acl, int permissions, List<AuthId> ids) {
        if (acl == Acl.OPEN || acl.isEmpty()) {
            return true;
        }
        for (int i = 0; i < acl.size(); i++) {
            Acl entry = acl.get(i);
            if ((entry.permissions() & permissions) != 0 && (isEverybody(entry) || matches(entry, ids))) {
                return true;
            }
        }
        return isSuper(ids);
    }

    private static boolean isEverybody(Acl entry) {
        return entry.scheme().equals("world") && entry.id().equals("anyone");
    }

    private static boolean matches(Acl entry, List<AuthId> ids) {
        for (int i = 0; i < ids.size(); i++) {
            AuthId id = ids.get(i);
            if (id.scheme().equals(entry.scheme())) {
                boolean same = switch (id.scheme()) {
                    case "ip" -> Addresses.matches(id.id(), entry.id());
                    case "digest", "x509" -> id.id().equals(entry.id());
                    case "sasl" -> id.id().equals(entry.id()) || id.id().equals(SUPER);
                    default -> false;
                };
                if (same) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSuper(List<AuthId> ids) {
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i).scheme().equals(SUPER)) {
                return true;
            }
        }
        return false;
    }
}
