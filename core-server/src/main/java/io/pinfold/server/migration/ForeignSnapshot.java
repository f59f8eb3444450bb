package io.pinfold.server.migration;

import io.pinfold.Acl;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Adler32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads and writes snapshot files of Apache ZooKeeper. Stateless. */
final class ForeignSnapshot {
    private static final int MAGIC = 0x5a4b534e;
    private static final int VERSION = 2;
    private static final long DATABASE = -1;
    private static final long OPEN_ACL = -1;
    private static final int DIGEST_VERSION = 2;
    private static final int MOST_BYTES = 1 << 30;
    /** Of a znode. */
    private static final long BYTES_BESIDE_PATH_AND_DATA = 76;

    private static final String SEAL = "/";

    private ForeignSnapshot() {}

    /**
     * What a snapshot holds.
     *
     * @param tree its znodes and sessions, as of the zxid in its name or a little later
     * @param digestZxid from when on the tree must have the digest; 0 if there is none
     * @param digest of the tree as of that zxid
     */
    record Read(ForeignTree tree, long digestZxid, long digest) {}

    // ---- reading ----

    /**
     * {@return what a file holds}
     *
     * @throws IOException if it is damaged, or compressed in a way that is not known here
     */
    static Read read(Path file, long zxid, Progress progress) throws IOException {
        try (InputStream raw = new BufferedInputStream(open(file), 1 << 16)) {
            CheckedInputStream checked = new CheckedInputStream(raw, new Adler32());
            DataInputStream in = new DataInputStream(checked);
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                throw new IOException("it is no snapshot of a version that is known");
            }
            in.readLong();
            ForeignTree tree = new ForeignTree();
            tree.at(zxid);
            for (int count = in.readInt(); count > 0; count--) {
                long session = in.readLong();
                tree.sessions.put(session, in.readInt());
            }
            readNodes(in, readAcls(in), tree, progress);
            checkSeal(in, checked);
            return readDigest(in, checked, tree);
        } catch (IOException e) {
            String why = e instanceof EOFException ? "it ends too early" : e.getMessage();
            throw new IOException("The snapshot " + file + " cannot be read: " + why, e);
        }
    }

    private static InputStream open(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".snappy")) {
            throw new IOException("it is compressed with snappy; let the server write one without compression");
        }
        InputStream stream = Files.newInputStream(file);
        return name.endsWith(".gz") ? new GZIPInputStream(stream) : stream;
    }

    private static Map<Long, List<Acl>> readAcls(DataInputStream in) throws IOException {
        Map<Long, List<Acl>> acls = new HashMap<>();
        acls.put(OPEN_ACL, Acl.OPEN);
        for (int count = in.readInt(); count > 0; count--) {
            long id = in.readLong();
            List<Acl> acl = new ArrayList<>();
            for (int entries = in.readInt(); entries > 0; entries--) {
                int permissions = in.readInt();
                acl.add(new Acl(permissions, readText(in), readText(in)));
            }
            acls.put(id, acl);
        }
        return acls;
    }

    private static void readNodes(DataInputStream in, Map<Long, List<Acl>> acls, ForeignTree tree, Progress progress)
            throws IOException {
        for (String path = readText(in); !path.equals(SEAL); path = readText(in)) {
            byte[] data = readBuffer(in);
            long aclId = in.readLong();
            List<Acl> acl = acls.get(aclId);
            if (acl == null) {
                throw new IOException("the znode " + path + " has the unknown access control list " + aclId);
            }
            ForeignNode node = new ForeignNode(path, data, acl);
            node.czxid = in.readLong();
            node.mzxid = in.readLong();
            node.ctime = in.readLong();
            node.mtime = in.readLong();
            node.version = in.readInt();
            node.cversion = in.readInt();
            node.aversion = in.readInt();
            node.owner = in.readLong();
            node.pzxid = in.readLong();
            tree.add(node);
            progress.moved(path.length() + (data == null ? 0 : data.length) + BYTES_BESIDE_PATH_AND_DATA);
        }
    }

    private static Read readDigest(DataInputStream in, CheckedInputStream checked, ForeignTree tree)
            throws IOException {
        long zxid;
        try {
            zxid = in.readLong();
        } catch (EOFException e) {
            return new Read(tree, 0, 0); // written before 3.6
        }
        int version = in.readInt();
        long digest = in.readLong();
        checkSeal(in, checked);
        return version == DIGEST_VERSION ? new Read(tree, zxid, digest) : new Read(tree, 0, 0);
    }

    private static void checkSeal(DataInputStream in, CheckedInputStream checked) throws IOException {
        long sum = checked.getChecksum().getValue();
        if (in.readLong() != sum) {
            throw new IOException("its checksum is wrong");
        }
        if (!readText(in).equals(SEAL)) {
            throw new IOException("its end is damaged");
        }
    }

    private static String readText(DataInputStream in) throws IOException {
        byte[] bytes = readBuffer(in);
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] readBuffer(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < -1 || length > MOST_BYTES) {
            throw new IOException("it has a field of " + length + " bytes");
        }
        if (length == -1) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    // ---- writing ----

    /** Writes a file that the releases 3.5 to 3.9 load, with their digest; it is durable when this returns. */
    static void write(ForeignTree tree, Path file, Progress progress) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            CheckedOutputStream checked = new CheckedOutputStream(
                    new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16), new Adler32());
            DataOutputStream out = new DataOutputStream(checked);
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeLong(DATABASE);
            out.writeInt(tree.sessions.size());
            for (Map.Entry<Long, Integer> session : tree.sessions.entrySet()) {
                out.writeLong(session.getKey());
                out.writeInt(session.getValue());
            }
            Map<List<Acl>, Long> acls = writeAcls(tree, out);
            for (ForeignNode node : tree.nodes.values()) {
                writeNode(node, acls, out);
                progress.moved(bytes(node));
            }
            writeText(SEAL, out);
            seal(out, checked);
            out.writeLong(tree.lastZxid());
            out.writeInt(DIGEST_VERSION);
            out.writeLong(tree.digest());
            seal(out, checked);
            out.writeLong(tree.lastZxid());
            seal(out, checked);
            out.flush();
            channel.force(true);
        }
    }

    private static Map<List<Acl>, Long> writeAcls(ForeignTree tree, DataOutputStream out) throws IOException {
        Map<List<Acl>, Long> acls = new LinkedHashMap<>();
        for (ForeignNode node : tree.nodes.values()) {
            if (!node.acl.equals(Acl.OPEN)) {
                acls.putIfAbsent(node.acl, acls.size() + 1L);
            }
        }
        out.writeInt(acls.size());
        for (Map.Entry<List<Acl>, Long> entry : acls.entrySet()) {
            out.writeLong(entry.getValue());
            out.writeInt(entry.getKey().size());
            for (Acl acl : entry.getKey()) {
                out.writeInt(acl.permissions());
                writeText(acl.scheme(), out);
                writeText(acl.id(), out);
            }
        }
        return acls;
    }

    /** {@return about how many bytes a tree takes: all znodes, without their lists} */
    static long bytes(ForeignTree tree) {
        return tree.nodes.values().stream().mapToLong(ForeignSnapshot::bytes).sum();
    }

    private static long bytes(ForeignNode node) {
        return BYTES_BESIDE_PATH_AND_DATA + node.path.length() + (node.data == null ? 0 : node.data.length);
    }

    private static void writeNode(ForeignNode node, Map<List<Acl>, Long> acls, DataOutputStream out)
            throws IOException {
        writeText(node.path, out);
        byte[] data = node.data;
        out.writeInt(data == null ? -1 : data.length);
        if (data != null) {
            out.write(data);
        }
        out.writeLong(acls.getOrDefault(node.acl, OPEN_ACL));
        out.writeLong(node.czxid);
        out.writeLong(node.mzxid);
        out.writeLong(node.ctime);
        out.writeLong(node.mtime);
        out.writeInt(node.version);
        out.writeInt(node.cversion);
        out.writeInt(node.aversion);
        out.writeLong(node.owner);
        out.writeLong(node.pzxid);
    }

    private static void seal(DataOutputStream out, CheckedOutputStream checked) throws IOException {
        out.writeLong(checked.getChecksum().getValue());
        writeText(SEAL, out);
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
