package io.pinfold.queue;

import io.pinfold.Op;
import io.pinfold.Stat;
import java.util.List;
import java.util.Optional;

/** Where everything of a queue is on the server, and what items look like there. Immutable, and made of pure functions. */
interface Layout {
    /** {@return the queue's own znode} */
    String root();

    /** {@return the directory of the buckets; or of the items, if there are no buckets} */
    String items();

    /** {@return whether the items are in one directory, which others may use at the same time} */
    boolean isFlat();

    /** {@return a directory of items} */
    String bucket(int number);

    /** {@return what a transaction that puts into a bucket checks first} */
    Op checkOfBucket(int number);

    default String item(Item item) {
        return bucket(item.bucket()) + '/' + item.name();
    }

    /** {@return the directory of the markers, each of which excludes all others from an item or a key} */
    String claims();

    default String marker(Item item) {
        return claims() + '/' + item.marker();
    }

    /** {@return the znode that stands for one claim} */
    String claim(Item item, String guid);

    /** {@return whether the child of the claims' directory excludes others} */
    boolean isMarker(String name);

    /** {@return where else there is something} */
    String aside();

    /** {@return the directory where each producer counts its transactions} */
    default String producers() {
        return aside() + "/producers";
    }

    default String producer(String guid) {
        return producers() + '/' + guid;
    }

    /** {@return the znode for a dedup key, while an item with it is in the queue} */
    default String dedup(String key) {
        return aside() + "/dedup/" + KeyToken.of(key);
    }

    /** {@return what is written to learn the leader's time} */
    default String clock() {
        return aside() + "/clock";
    }

    /** {@return the queue of the dead letters} */
    default String dead() {
        return aside() + "/dead";
    }

    /** {@return directories that may exist, one without the other} */
    List<String> roots();

    /** {@return what one transaction makes below the roots} */
    List<String> directories();

    /** {@return the item of a znode, or empty for a stranger} */
    Optional<Item> parse(int bucket, String name);

    /** {@return the name to ask the server for; it appends the sequence} */
    String request(PutOptions options, long due, String id);

    byte[] write(Envelope envelope);

    /**
     * {@return what the data of an item's znode say}
     *
     * @throws IllegalArgumentException if they say nothing
     */
    Envelope read(Item item, byte[] data);

    /** {@return how often an item was claimed, or 0 if nothing tells} */
    int deliveries(Stat item);

    /**
     * Refuses what cannot be said in this layout.
     *
     * @throws IllegalArgumentException if something cannot
     */
    void check(PutOptions options);
}
