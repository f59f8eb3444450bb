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
            case "ip" -> isAddress(id);
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

    /** An address of four or sixteen bytes, perhaps with the number of bits that count. */
    private static boolean isAddress(String id) {
        int slash = id.indexOf('/');
        String address = slash < 0 ? id : id.substring(0, slash);
        int bits = address.indexOf(':') >= 0 ? sixteenBytes(address) : fourBytes(address);
        return bits > 0 && (slash < 0 || number(id.substring(slash + 1), bits) >= 0);
    }

    private static int fourBytes(String address) {
        String[] parts = address.split("\\.", -1);
        for (String part : parts) {
            if (number(part, 255) < 0) {
                return 0;
            }
        }
        return parts.length == 4 ? 32 : 0;
    }

    private static int sixteenBytes(String address) {
        int gap = address.indexOf("::");
        if (gap >= 0 && address.indexOf("::", gap + 1) >= 0) {
            return 0;
        }
        String left = gap < 0 ? address : address.substring(0, gap);
        String right = gap < 0 ? "" : address.substring(gap + 2);
        int groups = groups(left) + groups(right);
        boolean complete = gap < 0 ? groups == 8 : groups >= 0 && groups <= 7;
        return complete ? 128 : 0;
    }

    /** How many groups of up to four hexadecimal digits there are; so few that no sum is legal if one is not a group. */
    private static int groups(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        String[] groups = text.split(":", -1);
        for (String group : groups) {
            if (group.isEmpty() || group.length() > 4 || !group.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
                return -100;
            }
        }
        return groups.length > 8 ? -100 : groups.length;
    }

    /** A decimal number from 0 to a limit, or −1. */
    private static int number(String text, int limit) {
        if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number <= limit ? number : -1;
    }
}
