package io.pinfold;

import org.jspecify.annotations.Nullable;

/**
 * The rules for paths of znodes: absolute, no trailing slash, no empty, {@code .} or {@code ..} element, no control
 * characters, surrogates or private-use characters. Stateless.
 */
public final class ZnodePath {
    /** The path of the root. */
    public static final String ROOT = "/";

    private ZnodePath() {}

    /**
     * {@return what is wrong with a path, as the end of a sentence, or {@code null} if it is legal}
     *
     * @param path the path to look at
     */
    public static @Nullable String problem(@Nullable String path) {
        if (path == null) {
            return "is null";
        }
        int length = path.length();
        if (length == 0) {
            return "is empty";
        }
        if (path.charAt(0) != '/') {
            return "does not start with '/'";
        }
        if (length == 1) {
            return null;
        }
        if (path.charAt(length - 1) == '/') {
            return "ends with '/'";
        }
        int start = 1;
        for (int i = 1; i <= length; i++) {
            char c = i < length ? path.charAt(i) : '/';
            if (c == '/') {
                if (i == start) {
                    return "has an empty element at character " + i;
                }
                if (isDots(path, start, i)) {
                    return "has a relative element at character " + start;
                }
                start = i + 1;
            } else if (isForbidden(c)) {
                return String.format(java.util.Locale.ROOT, "has the forbidden character U+%04X at %d", (int) c, i);
            }
        }
        return null;
    }

    /** {@return the path, when it is legal}
     *
     * @param path the path to check
     * @throws BadArgumentsException if it is not legal; the message says why
     */
    public static String check(@Nullable String path) {
        String problem = problem(path);
        if (problem != null || path == null) {
            throw new BadArgumentsException(path, "The path \"" + path + "\" " + problem);
        }
        return path;
    }

    /**
     * {@return the path of the parent; the root is its own parent}
     *
     * @param path a legal path
     */
    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? ROOT : path.substring(0, slash);
    }

    /**
     * {@return the last element of a path; empty for the root}
     *
     * @param path a legal path
     */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * {@return the path of a child}
     *
     * @param parent a legal path
     * @param name the child's name
     */
    public static String child(String parent, String name) {
        return parent.length() == 1 ? ROOT + name : parent + '/' + name;
    }

    private static boolean isDots(String path, int from, int to) {
        return switch (to - from) {
            case 1 -> path.charAt(from) == '.';
            case 2 -> path.charAt(from) == '.' && path.charAt(from + 1) == '.';
            default -> false;
        };
    }

    private static boolean isForbidden(char c) {
        return c <= 0x1f || c >= 0x7f && c <= 0x9f || c >= 0xd800 && c <= 0xf8ff || c >= 0xfff0;
    }
}
