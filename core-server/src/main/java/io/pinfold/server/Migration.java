package io.pinfold.server;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.migration.ForeignState;
import io.pinfold.server.migration.ZooKeeperDirectory;
import io.pinfold.server.recovery.Recovery;
import io.pinfold.server.storage.DiskCommand;
import io.pinfold.server.storage.DiskListener;
import io.pinfold.server.storage.DiskQueue;
import io.pinfold.server.storage.FileDisk;
import io.pinfold.server.storage.LogSlice;
import io.pinfold.server.storage.Metadata;
import io.pinfold.server.storage.SnapshotReader;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.StorageOptions;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.SnapshotCapture;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes the data of an Apache ZooKeeper server over, and gives it back. Znodes keep their data, access control lists, versions,
 * zxids and times. Sessions come along, so their ephemeral znodes stay until the sessions' timeouts are over; but passwords of
 * sessions do not, so clients begin new ones. Neither side may run meanwhile. Stateless.
 */
public final class Migration {
    private static final int NODES_AT_ONCE = 1000;

    /**
     * What was taken over or given back.
     *
     * @param zxid the last one
     * @param znodes how many there are, the server's own among them
     * @param sessions how many there are
     * @param digests how many digests in ZooKeeper's files were compared with the tree
     */
    public record Result(long zxid, int znodes, int sessions, long digests) {}

    private Migration() {}

    /**
     * {@return about how many bytes {@link #importInto} has to read}
     *
     * @param dataDir ZooKeeper's {@code dataDir}
     * @param logDir ZooKeeper's {@code dataLogDir}, or {@code dataDir} if it has none
     * @throws IOException if it cannot be read
     */
    public static long bytes(Path dataDir, Path logDir) throws IOException {
        return ZooKeeperDirectory.at(dataDir, logDir).bytes();
    }

    /**
     * Makes data directories of Pinfold from one of ZooKeeper. Without members it is one, for a server of its own; with members
     * it is one for each, named {@code member-1} and so on, and they begin as one cluster. Blocks.
     *
     * @param dataDir ZooKeeper's {@code dataDir}
     * @param logDir ZooKeeper's {@code dataLogDir}, or {@code dataDir} if it has none
     * @param members who belongs to the new ensemble; empty for a server of its own
     * @param target the directory, or that of the members' directories; without data yet
     * @param progress is told of every piece that was read, in bytes
     * @return what was taken over
     * @throws IOException if ZooKeeper's files are damaged or their digests do not agree, or the target holds data; the message
     *     is one sentence for an operator. The target may then be deleted
     */
    public static Result importInto(
            Path dataDir, Path logDir, List<MemberAddress> members, Path target, LongConsumer progress)
            throws IOException {
        ForeignState state = ZooKeeperDirectory.at(dataDir, logDir).read(progress::accept);
        List<Storage> storages = new ArrayList<>();
        try {
            if (members.isEmpty()) {
                storages.add(open(target, 1));
            }
            for (MemberAddress member : members) {
                storages.add(open(target.resolve("member-" + member.id()), member.id()));
            }
            Metadata cluster = storages.get(0).metadata();
            byte[] membership = members.isEmpty() ? new byte[0] : membership(members, storages);
            DataTree tree = state.toDataTree(membership);
            for (Storage storage : storages) {
                Metadata own = members.isEmpty()
                        ? storage.metadata()
                        : storage.metadata().adopted(cluster.clusterId(), cluster.sessionKey(), true);
                storage.saveMetadata(own.vote(state.zxid() >>> 32, 0));
                store(tree, storage);
            }
        } catch (MalformedFrame e) {
            throw new IOException("The data of ZooKeeper contradict themselves: " + e.getMessage(), e);
        } finally {
            for (Storage storage : storages) {
                storage.close();
            }
        }
        return new Result(state.zxid(), state.znodes(), state.sessions(), state.digests());
    }

    private static Storage open(Path dir, int memberId) throws IOException {
        Storage storage =
                Storage.open(new FileDisk(dir), StorageOptions.defaults().memberId(memberId));
        try (SnapshotReader snapshot = storage.newestSnapshot()) {
            if (snapshot == null && storage.lastZxid() == 0) {
                return storage;
            }
        }
        storage.close();
        throw new IOException(dir + " holds data already; give a directory that does not exist yet");
    }

    private static byte[] membership(List<MemberAddress> members, List<Storage> storages) {
        List<Member> all = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            MemberAddress member = members.get(i);
            all.add(new Member(
                    member.id(),
                    storages.get(i).identity().incarnation(),
                    member.observer(),
                    member.host(),
                    member.peerPort(),
                    member.electionPort(),
                    member.clients()));
        }
        return Membership.of(all).toPayload();
    }

    /** As a member stores a snapshot that its leader sends. */
    private static void store(DataTree tree, Storage storage) throws IOException {
        DiskQueue disk = new DiskQueue(storage, new Unheard());
        SnapshotCapture capture = tree.beginCapture();
        JuteWriter out = new JuteWriter();
        boolean more = true;
        for (int index = 0; more; index++) {
            more = capture.step(NODES_AT_ONCE, out);
            disk.add(new DiskCommand.StoreSnapshot(tree.lastZxid(), 0, index, out.toByteArray(), !more));
            out.reset();
            disk.begin();
            disk.finish();
        }
        disk.close();
    }

    /**
     * Makes a data directory of ZooKeeper from one of Pinfold. What the log holds counts as committed; so take the directory of
     * a member that led, or followed the leader, until all were stopped. Blocks.
     *
     * @param dataDir Pinfold's data directory
     * @param target the directory to be made; it does not exist, or is empty
     * @return what was given back
     * @throws IOException if the directory is none of Pinfold, in use or damaged, or the target holds something; the message is one sentence for
     *     an operator
     */
    public static Result exportFrom(Path dataDir, Path target) throws IOException {
        return exportFrom(dataDir, target, bytes -> written -> {});
    }

    /**
     * As {@link #exportFrom(Path, Path)}, for those who want to know how far it is.
     *
     * @param dataDir Pinfold's data directory
     * @param target the directory to be made; it does not exist, or is empty
     * @param begin is told once about how many bytes will be written, and gives who is told of every piece that was
     * @return what was given back
     * @throws IOException as there
     */
    public static Result exportFrom(Path dataDir, Path target, LongFunction<LongConsumer> begin) throws IOException {
        FileDisk disk = new FileDisk(dataDir);
        if (!Storage.isOn(disk)) {
            throw new IOException(dataDir + " is no data directory of a Pinfold server");
        }
        try (Storage storage = Storage.open(disk, StorageOptions.defaults())) {
            DataTree tree = Recovery.wholeTree(storage);
            ZooKeeperDirectory.write(tree, target, bytes -> begin.apply(bytes)::accept);
            return new Result(tree.lastZxid(), tree.nodeCount(), tree.sessions().size(), 0);
        }
    }

    /** Nobody waits for what the disk has done: it is called step by step. */
    private static final class Unheard implements DiskListener {
        @Override
        public void onForced(long zxid) {}

        @Override
        public void onSaved(Metadata metadata) {}

        @Override
        public void onLogRead(int peer, @Nullable LogSlice slice) {}

        @Override
        public void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last) {}

        @Override
        public void onUnreadable() {}

        @Override
        public void onSnapshotGone(int peer) {}

        @Override
        public void onSnapshotStored(long zxid, long chain, int index, boolean last) {}
    }
}
