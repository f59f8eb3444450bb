package io.pinfold.server.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pinfold.server.engine.Inspection;
import io.pinfold.server.engine.Sizes;
import io.pinfold.server.engine.Traffic;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers the commands of Apache ZooKeeper's HTTP interface for operators, with its names and fields, as JSON. Confined to
 * the node loop.
 */
final class Commands {
    /** How one command writes its fields. */
    private interface Body {
        void write(Asked asked, JsonGenerator json) throws IOException;
    }

    /** Why a command has nothing to tell, or null. */
    private interface Obstacle {
        @Nullable
        String to(Asked asked, Map<String, List<String>> arguments);
    }

    /** A command under its first name. */
    private record Command(String name, boolean always, Body body, Obstacle obstacle, boolean refused) {}

    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> LOOK_AT_DIRECTORY = Set.of("dirs", "last_snapshot", "server_stats", "stats");
    private static final Map<String, Command> BY_NAME = new LinkedHashMap<>();

    static {
        add(false, Commands::configuration, "configuration", "conf", "config");
        add(false, SessionCommands::connections, "connections", "cons");
        add(
                false,
                (asked, json) -> asked.seen()
                        .connections()
                        .forEach(connection -> connection.traffic().reset()),
                "connection_stat_reset",
                "crst");
        add(false, ProcessCommands::directories, "dirs");
        add(false, SessionCommands::sessions, "dump");
        add(true, Commands::traceMask, "get_trace_mask", "gtmk");
        add(false, Commands::digests, "hash");
        add(true, EnsembleCommands::observers, "observers", "obsr");
        add(true, Commands::traceMask, Commands::noMask, "set_trace_mask", "stmk");
        add(true, ProcessCommands::environment, "environment", "env", "envi");
        add(true, ProcessCommands::initialConfiguration, "initial_configuration", "icfg");
        add(true, ProcessCommands::systemProperties, "system_properties", "sysp");
        add(false, ProcessCommands::lastSnapshot, "last_snapshot", "lsnp");
        add(true, (asked, json) -> {}, "observer_connection_stat_reset", "orst");
        refuse("the state is not handed out over HTTP; take it with ./pinfold export", "snapshot", "snap");
        refuse("the state cannot be replaced over HTTP; use ./pinfold import", "restore", "rest");
        add(true, Commands::readOnly, "is_read_only", "isro");
        add(true, EnsembleCommands::leader, EnsembleCommands::alone, "leader", "lead");
        add(false, Commands::measures, "monitor", "mntr");
        add(true, (asked, json) -> {}, "ruok");
        add(false, (asked, json) -> statistics(asked, json, false), "server_stats", "srvr");
        add(false, (asked, json) -> asked.seen().traffic().reset(), "stat_reset", "srst");
        add(false, (asked, json) -> statistics(asked, json, true), "stats", "stat");
        add(true, EnsembleCommands::votingView, "voting_view");
        add(false, SessionCommands::watchesBySession, "watches", "wchc");
        add(false, SessionCommands::watchesByPath, "watches_by_path", "wchp");
        add(false, Commands::watchSummary, "watch_summary", "wchs");
        add(true, EnsembleCommands::state, "zabstate");
    }

    private Commands() {}

    private static void add(boolean always, Body body, String... names) {
        add(always, body, (asked, arguments) -> null, names);
    }

    private static void add(boolean always, Body body, Obstacle obstacle, String... names) {
        for (String name : names) {
            BY_NAME.put(name, new Command(names[0], always, body, obstacle, false));
        }
    }

    private static void refuse(String why, String... names) {
        for (String name : names) {
            BY_NAME.put(name, new Command(names[0], true, (asked, json) -> {}, (asked, arguments) -> why, true));
        }
    }

    /** {@return whether a command is known, but switched off for good} */
    static boolean isRefused(String name) {
        Command command = BY_NAME.get(name);
        return command != null && command.refused;
    }

    /** {@return the first names of all commands} */
    static List<String> names() {
        return BY_NAME.values().stream().map(Command::name).distinct().sorted().toList();
    }

    /** {@return whether the answer tells of log and snapshots on the disk} */
    static boolean looksAtDirectory(String name) {
        Command command = BY_NAME.get(name);
        return command != null && LOOK_AT_DIRECTORY.contains(command.name);
    }

    /**
     * {@return the answer to a command, as JSON, also when there is no such command}
     *
     * @param arguments what the query says, by name
     */
    static String answer(String name, Map<String, List<String>> arguments, Asked asked) {
        Command command = BY_NAME.get(name);
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            String error = null;
            if (command == null) {
                error = "Unknown command: " + name;
            } else if (!command.always && !asked.isServing()) {
                error = "This ZooKeeper instance is not currently serving requests";
            } else {
                error = command.obstacle.to(asked, arguments);
                if (error == null) {
                    command.body.write(asked, json);
                }
            }
            end(json, command == null ? name : command.name, error);
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot fail", e);
        }
        return text + "\n";
    }

    private static void end(JsonGenerator json, String command, @Nullable String error) throws IOException {
        json.writeStringField("command", command);
        json.writeStringField("error", error);
        json.writeEndObject();
    }

    private static void configuration(Asked asked, JsonGenerator json) throws IOException {
        MemberFacts facts = asked.facts();
        String dataDir = facts.dataDir() == null ? "" : facts.dataDir().toString();
        json.writeNumberField("client_port", facts.port());
        json.writeStringField("data_dir", dataDir);
        json.writeStringField("data_log_dir", dataDir);
        json.writeNumberField("tick_time", facts.tickMillis());
        json.writeNumberField("max_client_cnxns", facts.maxClientCnxns());
        json.writeNumberField("min_session_timeout", facts.minSessionMillis());
        json.writeNumberField("max_session_timeout", facts.maxSessionMillis());
        json.writeNumberField("server_id", facts.memberId());
        json.writeNumberField("client_port_listen_backlog", -1);
    }

    /** The mask is shown, not changed, but whoever forgets to name it hears of that. */
    private static @Nullable String noMask(Asked asked, Map<String, List<String>> arguments) {
        String wanted = String.join(",", arguments.getOrDefault("traceMask", List.of()));
        String complaint = "setTraceMask requires long traceMask argument";
        if (wanted.isEmpty()) {
            return complaint;
        }
        return wanted.matches("-?\\d{1,18}") ? null : complaint + ", got " + wanted;
    }

    private static void traceMask(Asked asked, JsonGenerator json) throws IOException {
        json.writeNumberField("tracemask", FourLetterWords.TRACE_MASK);
    }

    /** There are none: what the members agree on is protected by checksums and chains, not by digests at some points. */
    private static void digests(Asked asked, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("digests");
        json.writeEndArray();
    }

    private static void readOnly(Asked asked, JsonGenerator json) throws IOException {
        json.writeBooleanField("read_only", asked.seen().readOnly());
    }

    private static void measures(Asked asked, JsonGenerator json) throws IOException {
        for (Map.Entry<String, String> measure :
                Measures.flat(asked.facts(), asked.seen(), asked.nowNanos()).entrySet()) {
            String value = measure.getValue();
            json.writeFieldName(measure.getKey());
            if (value.matches("-?\\d+(\\.\\d+)?")) {
                json.writeNumber(value);
            } else {
                json.writeString(value);
            }
        }
    }

    private static void statistics(Asked asked, JsonGenerator json, boolean withConnections) throws IOException {
        Inspection seen = asked.seen();
        Traffic traffic = seen.traffic();
        json.writeStringField("version", asked.facts().version());
        json.writeBooleanField("read_only", asked.seen().readOnly());
        json.writeObjectFieldStart("server_stats");
        json.writeNumberField("packets_sent", traffic.sent());
        json.writeNumberField("packets_received", traffic.received());
        json.writeNumberField("fsync_threshold_exceed_count", 0);
        sizes("client_response_stats", traffic.sizes(), json);
        json.writeBooleanField("provider_null", false);
        json.writeNumberField("uptime", (asked.nowNanos() - asked.facts().startNanos()) / 1_000_000);
        json.writeNumberField("data_dir_size", asked.directory().bytes());
        json.writeNumberField("log_dir_size", asked.directory().bytes());
        json.writeNumberField("last_processed_zxid", seen.status().appliedZxid());
        json.writeNumberField("outstanding_requests", seen.outstanding());
        json.writeStringField("server_state", FourLetterWords.mode(asked.facts(), seen.status(), seen));
        json.writeNumberField("avg_latency", traffic.averageMillis());
        json.writeNumberField("max_latency", traffic.maxMillis());
        json.writeNumberField("min_latency", traffic.minMillis());
        json.writeNumberField("num_alive_client_connections", seen.connections().size());
        json.writeNumberField("auth_failed_count", seen.refusedCredentials());
        json.writeNumberField("non_mtlsremote_conn_count", 0);
        json.writeNumberField("non_mtlslocal_conn_count", 0);
        json.writeEndObject();
        sizes("client_response", traffic.sizes(), json);
        if (FourLetterWords.isLeader(asked)) {
            sizes("proposal_stats", seen.latencies().proposals(), json);
        }
        json.writeNumberField("node_count", seen.znodes());
        if (withConnections) {
            SessionCommands.briefConnections(asked, json);
        }
    }

    private static void sizes(String field, Sizes sizes, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeNumberField("last_buffer_size", sizes.last());
        json.writeNumberField("min_buffer_size", sizes.least());
        json.writeNumberField("max_buffer_size", sizes.most());
        json.writeEndObject();
    }

    private static void watchSummary(Asked asked, JsonGenerator json) throws IOException {
        json.writeNumberField("num_connections", asked.seen().watchers());
        json.writeNumberField("num_paths", asked.seen().watchedPaths());
        json.writeNumberField("num_total_watches", asked.seen().watches());
    }
}
