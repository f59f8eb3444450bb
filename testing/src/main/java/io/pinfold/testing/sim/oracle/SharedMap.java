package io.pinfold.testing.sim.oracle;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map of which a copy costs nothing, however many there are: copies share whatever neither has changed since. A tree
 * whose nodes never change, balanced by the hash of the keys. Confined to the world's thread.
 */
final class SharedMap<K extends Comparable<K>, V> {
    /** Keys are in order from left to right; nobody outranks the one above. */
    private record Node<K, V>(
            K key,
            V value,
            int rank,
            @Nullable Node<K, V> left,
            @Nullable Node<K, V> right) {
        Node<K, V> holding(V other) {
            return new Node<>(key, other, rank, left, right);
        }

        Node<K, V> withLeft(@Nullable Node<K, V> other) {
            return other != null && other.rank > rank
                    ? new Node<>(other.key, other.value, other.rank, other.left, below(other.right, right))
                    : below(other, right);
        }

        Node<K, V> withRight(@Nullable Node<K, V> other) {
            return other != null && other.rank > rank
                    ? new Node<>(other.key, other.value, other.rank, below(left, other.left), other.right)
                    : below(left, other);
        }

        private Node<K, V> below(@Nullable Node<K, V> newLeft, @Nullable Node<K, V> newRight) {
            return new Node<>(key, value, rank, newLeft, newRight);
        }
    }

    private @Nullable Node<K, V> root;

    /** {@return a map that is the same now, and that changes alone} */
    SharedMap<K, V> copy() {
        SharedMap<K, V> copy = new SharedMap<>();
        copy.root = root;
        return copy;
    }

    @Nullable
    V get(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int order = key.compareTo(node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    boolean containsKey(K key) {
        return get(key) != null;
    }

    /** {@return what was there before} */
    @Nullable
    V put(K key, V value) {
        V before = get(key);
        root = with(root, key, value);
        return before;
    }

    private static <K extends Comparable<K>, V> Node<K, V> with(@Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            int hash = key.hashCode() * 0x9E3779B9;
            return new Node<>(key, value, (hash ^ hash >>> 15) * 0x85EBCA6B, null, null);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return node.holding(value);
        }
        return order < 0 ? node.withLeft(with(node.left, key, value)) : node.withRight(with(node.right, key, value));
    }

    /** {@return what was there before} */
    @Nullable
    V remove(K key) {
        V before = get(key);
        if (before != null) {
            root = without(root, key);
        }
        return before;
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> without(@Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return joined(node.left, node.right);
        }
        return order < 0 ? node.withLeft(without(node.left, key)) : node.withRight(without(node.right, key));
    }

    private static <K, V> @Nullable Node<K, V> joined(@Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left.rank > right.rank
                ? left.withRight(joined(left.right, right))
                : right.withLeft(joined(left, right.left));
    }

    /** Shows all of it, in order. */
    void forEach(BiConsumer<K, V> action) {
        show(root, null, null, action);
    }

    /** Shows what lies from one key on, and before another, in order. */
    void forEach(K from, K before, BiConsumer<K, V> action) {
        show(root, from, before, action);
    }

    private static <K extends Comparable<K>, V> void show(
            @Nullable Node<K, V> node, @Nullable K from, @Nullable K before, BiConsumer<K, V> action) {
        if (node == null) {
            return;
        }
        boolean begun = from == null || node.key.compareTo(from) >= 0;
        boolean over = before != null && node.key.compareTo(before) >= 0;
        if (begun) {
            show(node.left, from, before, action);
        }
        if (begun && !over) {
            action.accept(node.key, node.value);
        }
        if (!over) {
            show(node.right, from, before, action);
        }
    }
}
