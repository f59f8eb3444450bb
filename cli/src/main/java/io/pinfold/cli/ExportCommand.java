package io.pinfold.cli;

import io.pinfold.server.Migration;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pinfold export}: from our data directory to one of Apache ZooKeeper. Confined to the thread that runs it. */
@Command(
        name = "export",
        description = "Makes a data directory of Apache ZooKeeper from one of a Pinfold server that is stopped.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Of an ensemble, take the directory of the member that led last. Releases from 3.5 on load it; give it to"
                    + " each member of a ZooKeeper ensemble."
        })
final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DATA_DIR", description = "Pinfold's data directory.")
    private Path data = Path.of("");

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "The directory to be made, which is then ZooKeeper's dataDir.")
    private Path to = Path.of("");

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(data)) {
            throw new IOException("there is no directory " + data);
        }
        PrintWriter out = spec.commandLine().getOut();
        long begun = System.nanoTime();
        List<ByteMeter> meters = new ArrayList<>();
        Migration.Result result = Migration.exportFrom(data, to, bytes -> {
            meters.add(new ByteMeter(out, bytes, Boolean.getBoolean("pinfold.terminal")));
            return meters.get(0);
        });
        meters.forEach(ByteMeter::end);
        out.println(String.format(
                Locale.ROOT,
                "%,d znodes and %,d sessions as of zxid 0x%x are in %s, in %.1f s",
                result.znodes(),
                result.sessions(),
                result.zxid(),
                to,
                (System.nanoTime() - begun) / 1e9));
        return 0;
    }
}
