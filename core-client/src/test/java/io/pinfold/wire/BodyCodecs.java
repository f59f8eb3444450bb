package io.pinfold.wire;

import io.pinfold.Acl;
import io.pinfold.OpResult;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The bodies of replies as {@link Codec}s: those that {@link ReplyBodies} knows. Stateless. */
final class BodyCodecs {
    /** A znode's children, and its metadata. */
    record Listing(List<String> names, Stat stat) {}

    /** A znode's access control list, and its metadata. */
    record Access(List<Acl> acl, Stat stat) {}

    /** A challenge, or none. */
    record Token(byte[] bytes) {}

    /** Names that are at hand as a list, which those of a server are not. */
    private record Names(List<String> names) implements ReplyBodies.NameSource {
        @Override
        public int childCount() {
            return names.size();
        }

        @Override
        public void forEachChild(Consumer<String> consumer) {
            names.forEach(consumer);
        }
    }

    static final Codec<String> PATH =
            new Codec<>("path", RandomRecords::text, ReplyBodies::readPath, ReplyBodies::writePath);

    static final Codec<OpResult.Created> CREATED = new Codec<>(
            "new znode",
            random -> new OpResult.Created(random.text(), random.stat()),
            in -> ReplyBodies.readCreated(in, OpResult.Created::new),
            (out, created) -> ReplyBodies.writeCreated(out, created.path(), Objects.requireNonNull(created.stat())));

    static final Codec<ReadResult.Data> DATA = new Codec<>(
            "data and stat",
            random -> new ReadResult.Data(random.data(), random.stat()),
            in -> ReplyBodies.readData(in, ReadResult.Data::new),
            (out, data) -> ReplyBodies.writeData(out, data.data(), stat(data.stat())));

    static final Codec<List<String>> NAMES = new Codec<>(
            "names",
            RandomRecords::texts,
            ReplyBodies::readNames,
            (out, names) -> ReplyBodies.writeNames(out, new Names(names)));

    static final Codec<Listing> CHILDREN = new Codec<>(
            "names and stat",
            random -> new Listing(random.texts(), random.stat()),
            in -> ReplyBodies.readChildren(in, Listing::new),
            (out, listing) -> ReplyBodies.writeChildren(out, new Names(listing.names()), stat(listing.stat())));

    static final Codec<Access> ACL = new Codec<>(
            "acls and stat",
            random -> new Access(random.acls(), random.stat()),
            in -> ReplyBodies.readAcl(in, Access::new),
            (out, access) -> ReplyBodies.writeAcl(out, access.acl(), stat(access.stat())));

    static final Codec<Integer> COUNT =
            new Codec<>("count", RandomRecords::number, ReplyBodies::readCount, ReplyBodies::writeCount);

    static final Codec<Token> TOKEN = new Codec<>(
            "token",
            random -> new Token(random.data()),
            in -> new Token(ReplyBodies.readToken(in)),
            (out, token) -> ReplyBodies.writeToken(out, token.bytes()));

    static final Codec<Integer> WATCH_ADDED = new Codec<>(
            "watch added", random -> 0, ReplyBodies::readWatchAdded, (out, none) -> ReplyBodies.writeWatchAdded(out));

    static final List<Codec<?>> ALL = List.of(PATH, CREATED, DATA, NAMES, CHILDREN, ACL, COUNT, TOKEN, WATCH_ADDED);

    private BodyCodecs() {}

    private static ReplyBodies.StatSource stat(Stat stat) {
        return out -> Replies.writeStat(out, stat);
    }
}
