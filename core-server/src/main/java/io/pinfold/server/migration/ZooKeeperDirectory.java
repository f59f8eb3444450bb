package io.pinfold.server.migration;

import io.pinfold.server.tree.DataTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The data directory of an Apache ZooKeeper server that does not run. Immutable; the files are not changed. */
public final class ZooKeeperDirectory {
    private static final String VERSIONED = "version-2";
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.([0-9a-f]{1,16})(\\.gz|\\.snappy)?");
    private static final Pattern LOG = Pattern.compile("log\\.([0-9a-f]{1,16})");

    /** A file and the zxid in its name. */
    private record Numbered(Path file, long zxid) {}

    private final Path snapshots;
    private final Path logs;

    private ZooKeeperDirectory(Path snapshots, Path logs) {
        this.snapshots = snapshots;
        this.logs = logs;
    }

    /**
     * {@return the directory}
     *
     * @param dataDir what {@code dataDir} of the server is, or the directory {@code version-2} in it
     * @param logDir what {@code dataLogDir} is; the same, unless the server has one
     */
    public static ZooKeeperDirectory at(Path dataDir, Path logDir) {
        return new ZooKeeperDirectory(versioned(dataDir), versioned(logDir));
    }

    private static Path versioned(Path dir) {
        Path inside = dir.resolve(VERSIONED);
        return Files.isDirectory(inside) ? inside : dir;
    }

    /** {@return about how many bytes have to be read} */
    public long bytes() throws IOException {
        List<Numbered> found = list(snapshots, SNAPSHOT);
        long from = found.isEmpty() ? 0 : found.get(found.size() - 1).zxid;
        long bytes = found.isEmpty() ? 0 : Files.size(found.get(found.size() - 1).file);
        for (Numbered log : needed(list(logs, LOG), from)) {
            bytes += Files.size(log.file);
        }
        return bytes;
    }

    /**
     * {@return what the newest readable snapshot and the log behind it say}
     *
     * @param progress is told of what was read
     * @throws IOException if there is no data, if something is damaged, or if a digest in the files does not agree; the message
     *     is one sentence for an operator
     */
    public ForeignState read(Progress progress) throws IOException {
        List<Numbered> found = list(snapshots, SNAPSHOT);
        List<Numbered> allLogs = list(logs, LOG);
        if (found.isEmpty() && allLogs.isEmpty()) {
            throw new IOException("There is neither a snapshot nor a log of Apache ZooKeeper in " + snapshots
                    + "; nothing was changed");
        }
        IOException damaged = null;
        for (int i = found.size() - 1; i >= 0; i--) {
            ForeignSnapshot.Read read;
            try {
                read = ForeignSnapshot.read(found.get(i).file, found.get(i).zxid, progress);
            } catch (IOException e) {
                damaged = damaged == null ? e : damaged;
                continue;
            }
            return replay(read, allLogs, progress);
        }
        if (damaged != null) {
            throw damaged;
        }
        if (allLogs.get(0).zxid > 1) {
            throw new IOException("The log in " + logs + " begins with 0x" + Long.toHexString(allLogs.get(0).zxid)
                    + " and there is no snapshot of what was before");
        }
        return replay(new ForeignSnapshot.Read(ForeignTree.fresh(), 0, 0), allLogs, progress);
    }

    private static ForeignState replay(ForeignSnapshot.Read start, List<Numbered> allLogs, Progress progress)
            throws IOException {
        ForeignTree tree = start.tree();
        Digests digests = new Digests(start);
        digests.check(tree, null);
        long[] transactions = new long[1];
        for (Numbered log : needed(allLogs, tree.lastZxid())) {
            ForeignLog.read(log.file, progress, (header, body) -> {
                if (header.zxid() > tree.lastZxid()) {
                    transactions[0]++;
                    digests.check(tree, ForeignTxn.apply(header, body, tree));
                }
            });
        }
        tree.purge();
        return new ForeignState(tree, transactions[0], digests.checked());
    }

    /** {@return the logs that hold what follows on a zxid, in their order} */
    private static List<Numbered> needed(List<Numbered> all, long zxid) {
        int first = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).zxid <= zxid + 1) {
                first = i;
            }
        }
        return all.subList(first, all.size());
    }

    private static List<Numbered> list(Path dir, Pattern names) throws IOException {
        List<Numbered> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(dir)) {
            files.forEach(file -> {
                Matcher name = names.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.add(new Numbered(file, Long.parseUnsignedLong(name.group(1), 16)));
                }
            });
        }
        found.sort(Comparator.comparingLong(Numbered::zxid));
        return found;
    }

    /**
     * Writes a tree as the data directory of a server that was never started on it; everything is durable when this returns.
     *
     * @param dir does not exist, or is empty
     * @param begin is told about how many bytes will be written, and gives who is told of each piece
     * @throws IOException if there is something in it, or it cannot be written
     */
    public static void write(DataTree tree, Path dir, LongFunction<Progress> begin) throws IOException {
        Files.createDirectories(dir);
        try (Stream<Path> files = Files.list(dir)) {
            if (files.findAny().isPresent()) {
                throw new IOException(dir + " is not empty; give a directory that does not exist yet");
            }
        }
        Path inside = Files.createDirectory(dir.resolve(VERSIONED));
        String epoch = Long.toString(tree.lastZxid() >>> 32);
        for (String name : List.of("currentEpoch", "acceptedEpoch")) {
            Files.write(
                    inside.resolve(name),
                    epoch.getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.SYNC);
        }
        ForeignTree theirs = ForeignTree.of(tree);
        Path snapshot = inside.resolve("snapshot." + Long.toHexString(tree.lastZxid()));
        ForeignSnapshot.write(theirs, snapshot, begin.apply(ForeignSnapshot.bytes(theirs)));
    }
}
