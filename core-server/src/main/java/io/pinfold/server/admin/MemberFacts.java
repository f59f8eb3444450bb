package io.pinfold.server.admin;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What does not change while a member runs. Immutable.
 *
 * @param version of this software
 * @param memberId its number
 * @param hostName of the machine
 * @param port where clients are served, as configured
 * @param dataDir the directory of log and snapshots; null in memory
 * @param tickMillis unit of time of sessions
 * @param minSessionMillis shortest session timeout
 * @param maxSessionMillis longest session timeout
 * @param maxClientCnxns connections of one address
 * @param ensemble whether there are, or may be, other members
 * @param startNanos when it started, on the engine's clock
 * @param words the four-letter words that are answered
 * @param configuration the configuration file as it was read, without secrets; empty without one
 * @param directory looks at the data directory, which may block
 */
public record MemberFacts(
        String version,
        int memberId,
        String hostName,
        int port,
        @Nullable Path dataDir,
        int tickMillis,
        int minSessionMillis,
        int maxSessionMillis,
        int maxClientCnxns,
        boolean ensemble,
        long startNanos,
        Set<String> words,
        String configuration,
        Supplier<DirectoryFacts> directory) {}
