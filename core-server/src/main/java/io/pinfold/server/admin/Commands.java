package io.pinfold.server.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.engine.Connection;
import io.pinfold.server.engine.Inspection;
import io.pinfold.server.engine.Traffic;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    /** A command under its first name. */
    private record Command(
            String name,
            boolean always,
            Body body,
            @Nullable String refusal) {}

    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> LOOK_AT_DIRECTORY = Set.of("dirs", "last_snapshot", "server_stats", "stats");
    private static final Map<String, Command> BY_NAME = new LinkedHashMap<>();

    static {
        add(false, Commands::configuration, "configuration", "conf", "config");
        add(false, Commands::connections, "connections", "cons");
        add(
                false,
                (asked, json) -> asked.seen()
                        .connections()
                        .forEach(connection -> connection.traffic().reset()),
                "connection_stat_reset",
                "crst");
        add(false, ProcessCommands::directories, "dirs");
        add(false, Commands::sessions, "dump");
        add(true, Commands::traceMask, "get_trace_mask", "gtmk");
        add(false, Commands::digests, "hash");
        add(true, Commands::observers, "observers", "obsr");
        add(true, Commands::traceMask, "set_trace_mask", "stmk");
        add(true, ProcessCommands::environment, "environment", "env", "envi");
        add(true, ProcessCommands::initialConfiguration, "initial_configuration", "icfg");
        add(true, ProcessCommands::systemProperties, "system_properties", "sysp");
        add(false, ProcessCommands::lastSnapshot, "last_snapshot", "lsnp");
        add(true, (asked, json) -> {}, "observer_connection_stat_reset", "orst");
        refuse("the state is not handed out over HTTP; take it with ./pinfold export", "snapshot", "snap");
        refuse("the state cannot be replaced over HTTP; use ./pinfold import", "restore", "rest");
        add(true, Commands::readOnly, "is_read_only", "isro");
        add(true, Commands::leader, "leader", "lead");
        add(false, Commands::measures, "monitor", "mntr");
        add(true, (asked, json) -> {}, "ruok");
        add(false, (asked, json) -> statistics(asked, json, false), "server_stats", "srvr");
        add(false, (asked, json) -> asked.seen().traffic().reset(), "stat_reset", "srst");
        add(false, (asked, json) -> statistics(asked, json, true), "stats", "stat");
        add(true, Commands::votingView, "voting_view");
        add(false, Commands::watchesBySession, "watches", "wchc");
        add(false, Commands::watchesByPath, "watches_by_path", "wchp");
        add(false, Commands::watchSummary, "watch_summary", "wchs");
        add(true, Commands::state, "zabstate");
    }

    private Commands() {}

    private static void add(boolean always, Body body, String... names) {
        for (String name : names) {
            BY_NAME.put(name, new Command(names[0], always, body, null));
        }
    }

    private static void refuse(String why, String... names) {
        for (String name : names) {
            BY_NAME.put(name, new Command(names[0], true, (asked, json) -> {}, why));
        }
    }

    /** {@return whether a command is known, but switched off for good} */
    static boolean isRefused(String name) {
        Command command = BY_NAME.get(name);
        return command != null && command.refusal != null;
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

    /** {@return the answer to a command, as JSON, also when there is no such command} */
    static String answer(String name, Asked asked) {
        Command command = BY_NAME.get(name);
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            String error = null;
            if (command == null) {
                error = "Unknown command: " + name;
            } else if (!command.always && !asked.seen().status().serving()) {
                error = "This ZooKeeper instance is not currently serving requests";
            } else {
                error = command.refusal;
                command.body.write(asked, json);
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

    private static void connections(Asked asked, JsonGenerator json) throws IOException {
        connections("connections", asked, false, json);
        connections("secure_connections", asked, true, json);
    }

    private static void connections(String field, Asked asked, boolean secure, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(field);
        for (Connection connection : asked.seen().connections()) {
            if (connection.isSecure() == secure) {
                connection(connection, json);
            }
        }
        json.writeEndArray();
    }

    private static void connection(Connection connection, JsonGenerator json) throws IOException {
        Traffic traffic = connection.traffic();
        json.writeStartObject();
        json.writeStringField("remote_socket_address", connection.remote());
        json.writeNumberField("interest_ops", 1);
        json.writeNumberField("outstanding_requests", connection.queued());
        json.writeNumberField("packets_received", traffic.received());
        json.writeNumberField("packets_sent", traffic.sent());
        if (connection.sessionId() != 0) {
            json.writeStringField("session_id", hex(connection.sessionId()));
            json.writeStringField("last_operation", OpNames.of(traffic.lastOp()));
            json.writeNumberField("established", connection.sinceWallMillis());
            json.writeNumberField("session_timeout", connection.timeoutMillis());
            json.writeStringField("last_cxid", "0x" + Integer.toHexString(traffic.lastXid()));
            json.writeStringField("last_zxid", hex(traffic.lastZxid()));
            json.writeNumberField("last_response_time", traffic.lastAnswerNanos() / 1_000_000);
            json.writeNumberField("last_latency", traffic.lastMillis());
            json.writeNumberField("min_latency", traffic.minMillis());
            json.writeNumberField("avg_latency", Math.round(traffic.averageMillis()));
            json.writeNumberField("max_latency", traffic.maxMillis());
        }
        json.writeEndObject();
    }

    private static void traceMask(Asked asked, JsonGenerator json) throws IOException {
        json.writeNumberField("tracemask", FourLetterWords.TRACE_MASK);
    }

    /** There are none: what the members agree on is protected by checksums and chains, not by digests at some points. */
    private static void digests(Asked asked, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("digests");
        json.writeEndArray();
    }

    private static void observers(Asked asked, JsonGenerator json) throws IOException {
        json.writeNumberField("synced_observers", asked.seen().synced(false));
        json.writeArrayFieldStart("observers");
        json.writeEndArray();
    }

    private static void sessions(Asked asked, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("expiry_time_to_session_ids");
        json.writeEndObject();
        json.writeObjectFieldStart("session_id_to_ephemeral_paths");
        Map<String, List<String>> owners = new LinkedHashMap<>();
        asked.seen()
                .sessions()
                .forEach((id, timeout) ->
                        owners.put(hex(id), asked.seen().sessions().ephemerals(id)));
        for (Map.Entry<String, List<String>> owner : owners.entrySet()) {
            if (!owner.getValue().isEmpty()) {
                strings(owner.getKey(), owner.getValue(), json);
            }
        }
        json.writeEndObject();
    }

    private static void readOnly(Asked asked, JsonGenerator json) throws IOException {
        json.writeBooleanField("read_only", false);
    }

    private static void leader(Asked asked, JsonGenerator json) throws IOException {
        if (!asked.facts().ensemble()) {
            json.writeBooleanField("is_leader", true);
            return;
        }
        int leader = asked.seen().status().leader();
        Member member = asked.seen().membership().find(leader);
        json.writeBooleanField("is_leader", asked.seen().status().role() == Role.LEADER);
        json.writeNumberField("leader_id", leader);
        json.writeStringField("leader_ip", member == null ? "" : member.host());
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
        json.writeBooleanField("read_only", false);
        json.writeObjectFieldStart("server_stats");
        json.writeNumberField("packets_sent", traffic.sent());
        json.writeNumberField("packets_received", traffic.received());
        json.writeNumberField("fsync_threshold_exceed_count", 0);
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
        json.writeEndObject();
        json.writeNumberField("node_count", seen.znodes());
        if (withConnections) {
            connections(asked, json);
        }
    }

    private static void votingView(Asked asked, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("current_config");
        for (Member member : asked.seen().membership().members()) {
            json.writeObjectFieldStart(Integer.toString(member.id()));
            strings("server_addresses", List.of(member.host() + ":" + member.peerPort()), json);
            strings("election_addresses", List.of(member.host() + ":" + member.electionPort()), json);
            json.writeStringField("client_address", member.clients());
            json.writeStringField("learner_type", member.observer() ? "observer" : "participant");
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void watchesBySession(Asked asked, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("session_id_to_watched_paths");
        for (Map.Entry<String, List<String>> session : bySession(asked).entrySet()) {
            strings(session.getKey(), session.getValue(), json);
        }
        json.writeEndObject();
    }

    private static void watchesByPath(Asked asked, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("path_to_session_ids");
        for (Map.Entry<String, List<String>> path : byPath(asked).entrySet()) {
            strings(path.getKey(), path.getValue(), json);
        }
        json.writeEndObject();
    }

    /** {@return the paths that each session watches, if there are any} */
    static Map<String, List<String>> bySession(Asked asked) {
        Map<String, List<String>> bySession = new LinkedHashMap<>();
        for (Connection connection : asked.seen().connections()) {
            List<String> paths = asked.seen().watchedBy(connection);
            if (!paths.isEmpty()) {
                bySession.put(hex(connection.sessionId()), paths);
            }
        }
        return bySession;
    }

    /** {@return the sessions that watch each path} */
    static Map<String, List<String>> byPath(Asked asked) {
        Map<String, List<String>> byPath = new TreeMap<>();
        bySession(asked)
                .forEach((session, paths) -> paths.forEach(path ->
                        byPath.computeIfAbsent(path, p -> new ArrayList<>()).add(session)));
        return byPath;
    }

    private static void watchSummary(Asked asked, JsonGenerator json) throws IOException {
        json.writeNumberField("num_connections", asked.seen().watchers());
        json.writeNumberField("num_paths", asked.seen().watchedPaths());
        json.writeNumberField("num_total_watches", asked.seen().watches());
    }

    private static void state(Asked asked, JsonGenerator json) throws IOException {
        Inspection seen = asked.seen();
        long zxid = seen.status().appliedZxid();
        Member self = seen.membership().find(asked.facts().memberId());
        json.writeNumberField("myid", asked.facts().memberId());
        json.writeBooleanField("is_leader", seen.status().role() == Role.LEADER);
        if (self != null) {
            json.writeStringField("quorum_address", self.host() + ":" + self.peerPort());
            json.writeStringField("election_address", self.host() + ":" + self.electionPort());
            json.writeStringField("client_address", self.clients());
        }
        json.writeBooleanField("voting", seen.status().voting());
        json.writeStringField("last_zxid", hex(zxid));
        json.writeNumberField("zab_epoch", zxid >>> 32);
        json.writeNumberField("zab_counter", zxid & 0xffff_ffffL);
        json.writeStringField("zabstate", seen.status().serving() ? "broadcast" : "election");
    }

    private static void strings(String field, List<String> values, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(field);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
