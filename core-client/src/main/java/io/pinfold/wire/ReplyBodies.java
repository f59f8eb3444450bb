package io.pinfold.wire;

import io.pinfold.Acl;
import io.pinfold.Stat;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the header of a reply, in both directions, for the operations whose answer is more than one of the
 * parts in {@link Replies}. Stateless.
 *
 * <p>Of the others, {@code exists}, {@code setData} and {@code setACL} are answered by a {@link Replies#writeStat Stat},
 * {@code getEphemerals} by a {@link Replies#writeStrings list of texts}, {@code whoAmI} by a
 * {@link Replies#writeAuthIds list of identities}, {@code multi} and {@code multiRead} by their results, and the rest by
 * the header alone.
 *
 * <p>What an answer only repeats, the path of {@code sync} and the error of {@code addWatch}, a client need not read.
 *
 * <p>A server writes straight from where it keeps a znode, and a reader makes what its caller wants: nothing is copied in
 * between.
 */
public final class ReplyBodies {
    /** Whoever knows the metadata of a znode. */
    @FunctionalInterface
    public interface StatSource {
        /**
         * Appends the metadata in the form of {@link Replies#writeStat}.
         *
         * @param out where to
         */
        void writeStat(JuteWriter out);
    }

    /** Whoever knows the names of a znode's children. */
    public interface NameSource {
        /** {@return how many there are} */
        int childCount();

        /**
         * Hands over each name, as many as {@link #childCount} says.
         *
         * @param consumer where to
         */
        void forEachChild(Consumer<String> consumer);
    }

    private ReplyBodies() {}

    /**
     * Appends the answer to {@code create} and to {@code sync}.
     *
     * @param out where to
     * @param path the znode
     */
    public static void writePath(JuteWriter out, String path) {
        out.writeString(path);
    }

    /**
     * {@return the path in the answer to {@code create} or {@code sync}}
     *
     * @param in stands behind the header
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static String readPath(JuteReader in) throws MalformedFrame {
        return in.readPath();
    }

    /**
     * Appends the answer to {@code create2}, {@code createContainer} and {@code createTTL}.
     *
     * @param out where to
     * @param path the new znode
     * @param stat its metadata
     */
    public static void writeCreated(JuteWriter out, String path, Stat stat) {
        out.writeString(path);
        Replies.writeStat(out, stat);
    }

    /**
     * {@return what the path and the metadata in the answer to {@code create2}, {@code createContainer} or
     * {@code createTTL} make}
     *
     * @param in stands behind the header
     * @param make gets both
     * @param <T> what it makes
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static <T> T readCreated(JuteReader in, BiFunction<String, Stat, T> make) throws MalformedFrame {
        return make.apply(in.readPath(), Replies.readStat(in));
    }

    /**
     * Appends the answer to {@code getData}.
     *
     * @param out where to
     * @param data the data, or null if there are none
     * @param stat knows the metadata
     */
    public static void writeData(JuteWriter out, byte @Nullable [] data, StatSource stat) {
        out.writeBuffer(data);
        stat.writeStat(out);
    }

    /**
     * {@return what the data and the metadata in the answer to {@code getData} make}
     *
     * @param in stands behind the header
     * @param make gets both; the data are null if there are none
     * @param <T> what it makes
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static <T> T readData(JuteReader in, BiFunction<byte @Nullable [], Stat, T> make) throws MalformedFrame {
        return make.apply(in.readBuffer(), Replies.readStat(in));
    }

    /**
     * Appends the answer to {@code getChildren}.
     *
     * @param out where to
     * @param names knows the names
     */
    public static void writeNames(JuteWriter out, NameSource names) {
        out.writeInt(names.childCount());
        names.forEachChild(out::writeString);
    }

    /**
     * {@return the names in the answer to {@code getChildren}}
     *
     * @param in stands behind the header
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static List<String> readNames(JuteReader in) throws MalformedFrame {
        return Replies.readStrings(in);
    }

    /**
     * Appends the answer to {@code getChildren2}.
     *
     * @param out where to
     * @param names knows the names
     * @param stat knows the metadata of the parent
     */
    public static void writeChildren(JuteWriter out, NameSource names, StatSource stat) {
        writeNames(out, names);
        stat.writeStat(out);
    }

    /**
     * {@return what the names and the metadata in the answer to {@code getChildren2} make}
     *
     * @param in stands behind the header
     * @param make gets both
     * @param <T> what it makes
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static <T> T readChildren(JuteReader in, BiFunction<List<String>, Stat, T> make) throws MalformedFrame {
        return make.apply(readNames(in), Replies.readStat(in));
    }

    /**
     * Appends the answer to {@code getACL}.
     *
     * @param out where to
     * @param acl the access control list
     * @param stat knows the metadata
     */
    public static void writeAcl(JuteWriter out, List<Acl> acl, StatSource stat) {
        Replies.writeAcls(out, acl);
        stat.writeStat(out);
    }

    /**
     * {@return what the access control list and the metadata in the answer to {@code getACL} make}
     *
     * @param in stands behind the header
     * @param make gets both
     * @param <T> what it makes
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static <T> T readAcl(JuteReader in, BiFunction<List<Acl>, Stat, T> make) throws MalformedFrame {
        return make.apply(Replies.readAcls(in), Replies.readStat(in));
    }

    /**
     * Appends the answer to {@code getAllChildrenNumber}.
     *
     * @param out where to
     * @param count the number of descendants
     */
    public static void writeCount(JuteWriter out, int count) {
        out.writeInt(count);
    }

    /**
     * {@return the number of descendants in the answer to {@code getAllChildrenNumber}}
     *
     * @param in stands behind the header
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static int readCount(JuteReader in) throws MalformedFrame {
        return in.readInt();
    }

    /**
     * Appends the answer to {@code sasl}.
     *
     * @param out where to
     * @param token the challenge; null if nothing more is wanted
     */
    public static void writeToken(JuteWriter out, byte @Nullable [] token) {
        out.writeBuffer(token);
    }

    /**
     * {@return the challenge in the answer to {@code sasl}, null if nothing more is wanted}
     *
     * @param in stands behind the header
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static byte @Nullable [] readToken(JuteReader in) throws MalformedFrame {
        return in.readBuffer();
    }

    /**
     * Appends the answer to {@code addWatch}: the error of the header once more, which is none.
     *
     * @param out where to
     */
    public static void writeWatchAdded(JuteWriter out) {
        out.writeInt(0);
    }

    /**
     * {@return the error by number in the answer to {@code addWatch}, 0 for none}
     *
     * @param in stands behind the header
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static int readWatchAdded(JuteReader in) throws MalformedFrame {
        return in.readInt();
    }
}
