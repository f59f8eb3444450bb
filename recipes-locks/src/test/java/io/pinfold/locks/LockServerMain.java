package io.pinfold.locks;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.nio.file.Path;

/** A server in a process of its own, for measurements: its log on a disk, not forced, as the other one has it. */
final class LockServerMain {
    private LockServerMain() {}

    public static void main(String[] args) throws Exception {
        PinfoldServer server = PinfoldServer.start(ServerConfig.standalone()
                .withClientPort(0)
                .withMaxClientCnxns(0)
                .withDataDir(Path.of(args[0]))
                .withForceSync(false));
        System.out.println("serves on 127.0.0.1:" + server.clientPort());
        Thread.currentThread().join();
    }
}
