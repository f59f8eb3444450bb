package io.pinfold.queue;

import io.pinfold.ZnodePath;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where everything of a queue is. Immutable.
 *
 * @param root the queue's own znode
 */
record QueuePaths(String root) {
    private static final Pattern BUCKET = Pattern.compile("\\d{10}");

    QueuePaths {
        ZnodePath.check(root);
    }

    /** {@return the directory of the buckets} */
    String items() {
        return root + "/items";
    }

    /** {@return a directory of items: open in version 0, closed in every other} */
    String bucket(int number) {
        return items() + '/' + bucketName(number);
    }

    String item(Item item) {
        return bucket(item.bucket()) + '/' + item.name();
    }

    /** {@return the directory of the markers, each of which excludes all others from an item or a key} */
    String claims() {
        return root + "/claims";
    }

    String marker(Item item) {
        return claims() + '/' + item.marker();
    }

    /** {@return the directory where each producer counts its transactions} */
    String producers() {
        return root + "/producers";
    }

    String producer(String guid) {
        return producers() + '/' + guid;
    }

    /** {@return the directory of the dedup keys of all items in the queue} */
    String dedups() {
        return root + "/dedup";
    }

    String dedup(String key) {
        return dedups() + '/' + KeyToken.of(key);
    }

    /** {@return what is written to learn the leader's time} */
    String clock() {
        return root + "/clock";
    }

    /** {@return the queue of the dead letters} */
    String dead() {
        return root + "/dead";
    }

    static String bucketName(int number) {
        return String.format(Locale.ROOT, "%010d", number);
    }

    /** {@return the number of a bucket, or empty for a stranger} */
    static OptionalInt bucketNumber(String name) {
        if (!BUCKET.matcher(name).matches() || Long.parseLong(name) > Integer.MAX_VALUE) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(name));
    }
}
