package io.pinfold.framework;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map from paths to values that is never changed: a changed map is another one, which shares all but the way
 * down to the change. So a picture of a large tree costs nothing to take, and a small change of it little.
 *
 * <p>A search tree that is kept balanced by the sizes of its subtrees: of two siblings none is more than three times as
 * large as the other. Immutable; {@code null} is the empty map.
 */
final class SortedTree<V> {
    private static final int LOPSIDED = 3;
    private static final int DOUBLE_TURN = 2;

    private final String key;
    private final V value;
    private final @Nullable SortedTree<V> left;
    private final @Nullable SortedTree<V> right;
    private final int size;

    private SortedTree(String key, V value, @Nullable SortedTree<V> left, @Nullable SortedTree<V> right) {
        this.key = key;
        this.value = value;
        this.left = left;
        this.right = right;
        this.size = size(left) + size(right) + 1;
    }

    /** {@return the number of entries} */
    static int size(@Nullable SortedTree<?> tree) {
        return tree == null ? 0 : tree.size;
    }

    /** {@return the value of a key, or {@code null} if there is none} */
    static <V> @Nullable V get(@Nullable SortedTree<V> tree, String key) {
        SortedTree<V> at = tree;
        while (at != null) {
            int order = key.compareTo(at.key);
            if (order == 0) {
                return at.value;
            }
            at = order < 0 ? at.left : at.right;
        }
        return null;
    }

    /** {@return the smallest key that is not smaller than the given one, or {@code null} if there is none} */
    static @Nullable String ceiling(@Nullable SortedTree<?> tree, String key) {
        SortedTree<?> at = tree;
        String found = null;
        while (at != null) {
            int order = key.compareTo(at.key);
            if (order == 0) {
                return key;
            }
            if (order < 0) {
                found = at.key;
            }
            at = order < 0 ? at.left : at.right;
        }
        return found;
    }

    /** {@return the map with one more entry, or with another value for a key} */
    static <V> SortedTree<V> with(@Nullable SortedTree<V> tree, String key, V value) {
        if (tree == null) {
            return new SortedTree<>(key, value, null, null);
        }
        int order = key.compareTo(tree.key);
        if (order == 0) {
            return new SortedTree<>(key, value, tree.left, tree.right);
        }
        return order < 0
                ? balanced(tree, with(tree.left, key, value), tree.right)
                : balanced(tree, tree.left, with(tree.right, key, value));
    }

    /** {@return the map without a key} */
    static <V> @Nullable SortedTree<V> without(@Nullable SortedTree<V> tree, String key) {
        if (tree == null) {
            return null;
        }
        int order = key.compareTo(tree.key);
        if (order < 0) {
            return balanced(tree, without(tree.left, key), tree.right);
        }
        if (order > 0) {
            return balanced(tree, tree.left, without(tree.right, key));
        }
        if (tree.left == null || tree.right == null) {
            return tree.left == null ? tree.right : tree.left;
        }
        SortedTree<V> next = tree.right;
        while (next.left != null) {
            next = next.left;
        }
        return balanced(next, tree.left, without(tree.right, next.key));
    }

    /** Hands over all values in the order of their keys, from one key to before another. */
    static <V> void forEach(@Nullable SortedTree<V> tree, String from, String before, Consumer<? super V> taker) {
        if (tree == null) {
            return;
        }
        boolean notTooSmall = from.compareTo(tree.key) <= 0;
        boolean notTooLarge = tree.key.compareTo(before) < 0;
        if (notTooSmall) {
            forEach(tree.left, from, before, taker);
        }
        if (notTooSmall && notTooLarge) {
            taker.accept(tree.value);
        }
        if (notTooLarge) {
            forEach(tree.right, from, before, taker);
        }
    }

    private static <V> SortedTree<V> balanced(
            SortedTree<V> entry, @Nullable SortedTree<V> left, @Nullable SortedTree<V> right) {
        if (size(left) + size(right) > 1) {
            if (right != null && size(right) > LOPSIDED * size(left)) {
                return turnedLeft(entry, left, right);
            }
            if (left != null && size(left) > LOPSIDED * size(right)) {
                return turnedRight(entry, left, right);
            }
        }
        return entry.between(left, right);
    }

    private static <V> SortedTree<V> turnedLeft(
            SortedTree<V> entry, @Nullable SortedTree<V> left, SortedTree<V> right) {
        SortedTree<V> inner = right.left;
        if (inner != null && size(inner) >= DOUBLE_TURN * size(right.right)) {
            return inner.between(entry.between(left, inner.left), right.between(inner.right, right.right));
        }
        return right.between(entry.between(left, inner), right.right);
    }

    private static <V> SortedTree<V> turnedRight(
            SortedTree<V> entry, SortedTree<V> left, @Nullable SortedTree<V> right) {
        SortedTree<V> inner = left.right;
        if (inner != null && size(inner) >= DOUBLE_TURN * size(left.left)) {
            return inner.between(left.between(left.left, inner.left), entry.between(inner.right, right));
        }
        return left.between(left.left, entry.between(inner, right));
    }

    private SortedTree<V> between(@Nullable SortedTree<V> newLeft, @Nullable SortedTree<V> newRight) {
        return new SortedTree<>(key, value, newLeft, newRight);
    }
}
