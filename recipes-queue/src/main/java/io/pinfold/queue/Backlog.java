package io.pinfold.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's picture of the queue: which items there are, and which of them it may try to claim, in the order in which
 * to try. Pure; fed with listings and events in the order in which the server sent them, so it always shows the queue as
 * it was at some moment, perhaps a while ago. Confined to the queue's progress.
 *
 * <p>Free is an item that is due, that nobody holds, that this process is not trying for, and that is the first of its
 * key if it has one. While the queue is paused none is given out.
 */
final class Backlog {
    private final BiFunction<Integer, String, Optional<Item>> parser;
    private final TreeMap<Integer, Map<String, Item>> buckets = new TreeMap<>();
    private final Map<String, Item> byId = new HashMap<>();
    private final Map<String, TreeSet<Item>> byKey = new HashMap<>();
    private final Set<String> markers = new HashSet<>();
    private final Set<Item> busy = new HashSet<>();
    private final TreeSet<Item> delayed = new TreeSet<>(Item.BY_DUE);
    private final TreeSet<Item> free = new TreeSet<>(Item.BY_PRIORITY);
    private long now;

    /** Makes an empty one that knows items by their bucket and name. */
    Backlog(BiFunction<Integer, String, Optional<Item>> parser) {
        this.parser = parser;
    }

    // ---- what the server says --------------------------------------------------------------------------------------

    void bucketAdded(int bucket) {
        buckets.computeIfAbsent(bucket, number -> new HashMap<>());
    }

    void bucketRemoved(int bucket) {
        Map<String, Item> items = buckets.remove(bucket);
        if (items != null) {
            items.values().forEach(this::forget);
        }
    }

    /** All buckets were listed; those that are not among them are gone. */
    void bucketsListed(Collection<Integer> numbers) {
        for (Integer known : List.copyOf(buckets.keySet())) {
            if (!numbers.contains(known)) {
                bucketRemoved(known);
            }
        }
        numbers.forEach(this::bucketAdded);
    }

    void itemAdded(int bucket, String name) {
        bucketAdded(bucket);
        Map<String, Item> items = buckets.get(bucket);
        Optional<Item> parsed = parser.apply(bucket, name);
        if (parsed.isPresent() && items != null && items.putIfAbsent(name, parsed.get()) == null) {
            remember(parsed.get());
        }
    }

    void itemRemoved(int bucket, String name) {
        Map<String, Item> items = buckets.get(bucket);
        Item item = items == null ? null : items.remove(name);
        if (item != null) {
            forget(item);
        }
    }

    /** All items of a bucket were listed. */
    void itemsListed(int bucket, Collection<String> names) {
        bucketAdded(bucket);
        Set<String> listed = new HashSet<>(names);
        Map<String, Item> items = buckets.get(bucket);
        if (items != null) {
            for (String known : List.copyOf(items.keySet())) {
                if (!listed.contains(known)) {
                    itemRemoved(bucket, known);
                }
            }
        }
        names.forEach(name -> itemAdded(bucket, name));
    }

    void markerAdded(String marker) {
        if (markers.add(marker)) {
            reconsiderMarked(marker);
        }
    }

    void markerRemoved(String marker) {
        if (markers.remove(marker)) {
            reconsiderMarked(marker);
        }
    }

    /** All markers were listed. */
    void markersListed(Collection<String> names) {
        Set<String> changed = new HashSet<>(markers);
        changed.addAll(names);
        markers.clear();
        markers.addAll(names);
        changed.forEach(this::reconsiderMarked);
    }

    /** The leader's clock has reached this time. */
    void timeIs(long leaderMillis) {
        now = Math.max(now, leaderMillis);
        while (!delayed.isEmpty() && delayed.first().due() <= now) {
            reconsider(delayed.pollFirst());
        }
    }

    // ---- what this process does ------------------------------------------------------------------------------------

    /** {@return a free item, with so many free ones passed over if there are more; it is busy from now on} */
    Optional<Item> begin(int passOver) {
        if (!hasFree()) {
            return Optional.empty();
        }
        Iterator<Item> candidates = free.iterator();
        Item chosen = candidates.next();
        for (int i = 0; i < passOver && candidates.hasNext(); i++) {
            chosen = candidates.next();
        }
        busy.add(chosen);
        reconsider(chosen);
        return Optional.of(chosen);
    }

    /** The attempt to claim an item is over. */
    void end(Item item) {
        if (busy.remove(item) && knows(item)) {
            reconsider(item);
        }
    }

    // ---- what it shows ---------------------------------------------------------------------------------------------

    boolean hasFree() {
        return !free.isEmpty() && !markers.contains(Switch.PAUSED);
    }

    /** {@return when the next item is due, by the leader's clock, if items wait for that} */
    OptionalLong nextDue() {
        return delayed.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(delayed.first().due());
    }

    /** {@return buckets that nobody puts into any more and that are empty} */
    List<Integer> usedUp() {
        List<Integer> empty = new ArrayList<>();
        buckets.forEach((number, items) -> {
            if (items.isEmpty() && !number.equals(buckets.lastKey())) {
                empty.add(number);
            }
        });
        return empty;
    }

    int size() {
        return byId.size();
    }

    // ---- transitions -----------------------------------------------------------------------------------------------

    private void remember(Item item) {
        byId.put(item.id(), item);
        if (item.hasKey()) {
            TreeSet<Item> ofKey = byKey.computeIfAbsent(item.keyToken(), token -> new TreeSet<>(Item.BY_ARRIVAL));
            Item first = ofKey.isEmpty() ? null : ofKey.first();
            ofKey.add(item);
            if (first != null) {
                reconsider(first); // listings of several buckets may come in any order
            }
        }
        if (item.due() > now) {
            delayed.add(item);
        } else {
            reconsider(item);
        }
    }

    private void forget(Item item) {
        byId.remove(item.id(), item);
        delayed.remove(item);
        free.remove(item);
        TreeSet<Item> ofKey = byKey.get(item.keyToken());
        if (ofKey != null) {
            ofKey.remove(item);
            if (ofKey.isEmpty()) {
                byKey.remove(item.keyToken());
            } else {
                reconsider(ofKey.first());
            }
        }
    }

    private void reconsiderMarked(String marker) {
        Item item = markedBy(marker);
        if (item != null) {
            reconsider(item);
        }
    }

    private @Nullable Item markedBy(String marker) {
        TreeSet<Item> ofKey = byKey.get(marker);
        return ofKey == null ? byId.get(marker) : ofKey.first();
    }

    private void reconsider(Item item) {
        if (item.due() <= now && !busy.contains(item) && !markers.contains(item.marker()) && isFirstOfKey(item)) {
            free.add(item);
        } else {
            free.remove(item);
        }
    }

    private boolean isFirstOfKey(Item item) {
        TreeSet<Item> ofKey = byKey.get(item.keyToken());
        return ofKey == null || ofKey.first().equals(item);
    }

    private boolean knows(Item item) {
        return item.equals(byId.get(item.id()));
    }
}
