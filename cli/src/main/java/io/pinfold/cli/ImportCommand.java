package io.pinfold.cli;

import io.pinfold.server.ConfigException;
import io.pinfold.server.MemberAddress;
import io.pinfold.server.Migration;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pinfold import}: from a data directory of Apache ZooKeeper to ours. Confined to the thread that runs it. */
@Command(
        name = "import",
        description = "Makes data directories of Pinfold from one of an Apache ZooKeeper server that is stopped.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Znodes keep their data, lists, versions, zxids and times. Clients begin new sessions; ephemeral znodes of"
                    + " the old ones go when those time out. ZooKeeper's files are only read; checksums and digests in"
                    + " them are checked."
        })
final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "ZOOKEEPER_DIR", description = "ZooKeeper's dataDir.")
    private Path from = Path.of("");

    @Option(names = "--log-dir", paramLabel = "DIR", description = "ZooKeeper's dataLogDir, if it has one.")
    private @Nullable Path logDir;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "The directory to be made; with --members, DIR/member-1 and so on are made.")
    private Path data = Path.of("");

    @Option(
            names = "--members",
            paramLabel = "CONFIG",
            description = "A zoo.cfg whose server.N lines are the members of the new ensemble.")
    private @Nullable Path members;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path logs = logDir == null ? from : logDir;
        for (Path dir : List.of(from, logs)) {
            if (!Files.isDirectory(dir)) {
                throw new IOException("there is no directory " + dir);
            }
        }
        List<MemberAddress> addresses = members == null ? List.of() : addresses(members);
        ByteMeter meter = new ByteMeter(out, Migration.bytes(from, logs), Boolean.getBoolean("pinfold.terminal"));
        Migration.Result result = Migration.importInto(from, logs, addresses, data, meter);
        out.println(String.format(
                Locale.ROOT,
                "%,d znodes and %,d sessions as of zxid 0x%x, %,d digests checked, in %.1f s",
                result.znodes(),
                result.sessions(),
                result.zxid(),
                result.digests(),
                meter.end()));
        if (addresses.isEmpty()) {
            out.println("next: ./pinfold server --data " + data);
        } else {
            addresses.forEach(member -> out.println("next: take " + data.resolve("member-" + member.id()) + " to "
                    + member.host() + " as its dataDir"));
        }
        return 0;
    }

    private static List<MemberAddress> addresses(Path config) {
        List<MemberAddress> addresses = MemberAddress.readAll(config);
        if (addresses.size() < 2) {
            throw new ConfigException(config + " has no server.N lines of several members");
        }
        return addresses;
    }
}
