package io.pinfold.queue;

import io.pinfold.Op;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The layout of our own: buckets, and everything below the queue's znode. Immutable.
 *
 * @param root the queue's own znode
 */
record OwnLayout(String root) implements Layout {
    private static final Pattern BUCKET = Pattern.compile("\\d{10}");

    OwnLayout {
        ZnodePath.check(root);
    }

    @Override
    public String items() {
        return root + "/items";
    }

    @Override
    public boolean isFlat() {
        return false;
    }

    /** {@return a directory of items: open in version 0, closed in every other} */
    @Override
    public String bucket(int number) {
        return items() + '/' + bucketName(number);
    }

    @Override
    public Op checkOfBucket(int number) {
        return Op.check(bucket(number), 0);
    }

    @Override
    public String claims() {
        return root + "/claims";
    }

    @Override
    public String claim(Item item, String guid) {
        return item(item) + "/c-" + guid;
    }

    @Override
    public boolean isMarker(String name) {
        return true;
    }

    @Override
    public String aside() {
        return root;
    }

    @Override
    public List<String> roots() {
        return List.of(root);
    }

    @Override
    public List<String> directories() {
        return List.of(items(), bucket(0), claims(), producers(), root + "/dedup", clock());
    }

    @Override
    public Optional<Item> parse(int bucket, String name) {
        return Item.parse(bucket, name);
    }

    @Override
    public String request(PutOptions options, long due, String id) {
        String key = options.key();
        return Item.request(options.priority(), due, key == null ? Item.NO_KEY : KeyToken.of(key), id);
    }

    @Override
    public byte[] write(Envelope envelope) {
        return envelope.toBytes();
    }

    @Override
    public Envelope read(Item item, byte[] data) {
        return Envelope.parse(data);
    }

    /** Every claim creates one child; what the server counts are creations and deletions. */
    @Override
    public int deliveries(Stat item) {
        return (item.cversion() + item.numChildren()) / 2;
    }

    @Override
    public void check(PutOptions options) {
        // everything can be said
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
