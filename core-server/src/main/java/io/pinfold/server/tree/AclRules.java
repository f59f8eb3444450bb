package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which access control lists a client may set, and what they become. Stateless. */
final class AclRules {
    private AclRules() {}

    /**
     * The list as it is stored: without duplicates, and with {@code auth} replaced by what the caller has authenticated
     * as; null if it is not a legal one.
     */
    static @Nullable List<Acl> stored(List<Acl> asked, List<AuthId> ids) {
        if (asked == Acl.OPEN) {
            return asked;
        }
        List<Acl> stored = new ArrayList<>(asked.size());
        for (Acl acl : new LinkedHashSet<>(asked)) {
            if (acl.scheme().equals("auth")) {
                if (!addAuthenticated(acl.permissions(), ids, stored)) {
                    return null;
                }
            } else if (isLegal(acl.scheme(), acl.id())) {
                stored.add(acl);
            } else {
                return null;
            }
        }
        return stored.isEmpty() ? null : stored;
    }

    private static boolean addAuthenticated(int permissions, List<AuthId> ids, List<Acl> stored) {
        boolean any = false;
        for (AuthId id : ids) {
            if (isAuthentication(id.scheme())) {
                stored.add(new Acl(permissions, id.scheme(), id.id()));
                any = true;
            }
        }
        return any;
    }

    private static boolean isAuthentication(String scheme) {
        return switch (scheme) {
            case "digest", "sasl", "x509" -> true;
            default -> false;
        };
    }

    private static boolean isLegal(String scheme, String id) {
        return switch (scheme) {
            case "world" -> id.equals("anyone");
            case "digest" -> isDigest(id);
            case "ip" -> Addresses.isPattern(id);
            case "x509", "sasl" -> true;
            default -> false;
        };
    }

    /** A user and a hash with one colon between them; colons at the end are not looked at. */
    private static boolean isDigest(String id) {
        int end = id.length();
        while (end > 0 && id.charAt(end - 1) == ':') {
            end--;
        }
        int colon = id.indexOf(':');
        return colon >= 0 && colon < end && id.lastIndexOf(':', end - 1) == colon;
    }
}
