package io.pinfold.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pinfold.server.engine.Connection;
import io.pinfold.server.engine.Traffic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Answers what operators ask about connections, sessions and watches. In JSON sessions are numbers, as there; in the answers
 * to words they are in hexadecimal. Confined to the node loop.
 */
final class SessionCommands {
    private SessionCommands() {}

    static void connections(Asked asked, JsonGenerator json) throws IOException {
        connections(asked, true, json);
    }

    /** As within the statistics: without what each of them did. */
    static void briefConnections(Asked asked, JsonGenerator json) throws IOException {
        connections(asked, false, json);
    }

    private static void connections(Asked asked, boolean whole, JsonGenerator json) throws IOException {
        for (boolean secure : new boolean[] {false, true}) {
            json.writeArrayFieldStart(secure ? "secure_connections" : "connections");
            for (Connection connection : asked.seen().connections()) {
                if (connection.isSecure() == secure) {
                    connection(connection, whole, json);
                }
            }
            json.writeEndArray();
        }
    }

    private static void connection(Connection connection, boolean whole, JsonGenerator json) throws IOException {
        Traffic traffic = connection.traffic();
        json.writeStartObject();
        json.writeStringField("remote_socket_address", connection.remoteSocket());
        json.writeNumberField("interest_ops", 1);
        json.writeNumberField("outstanding_requests", connection.queued());
        json.writeNumberField("packets_received", traffic.received());
        json.writeNumberField("packets_sent", traffic.sent());
        if (whole && connection.sessionId() != 0) {
            json.writeNumberField("session_id", connection.sessionId());
            json.writeStringField("last_operation", OpNames.of(traffic.lastOp()));
            json.writeNumberField("established", connection.sinceWallMillis());
            json.writeNumberField("session_timeout", connection.timeoutMillis());
            json.writeNumberField("last_cxid", traffic.lastXid());
            json.writeNumberField("last_zxid", traffic.lastZxid());
            json.writeNumberField("last_response_time", traffic.lastAnswerNanos() / 1_000_000);
            json.writeNumberField("last_latency", traffic.lastMillis());
            json.writeNumberField("min_latency", traffic.minMillis());
            json.writeNumberField("avg_latency", Math.round(traffic.averageMillis()));
            json.writeNumberField("max_latency", traffic.maxMillis());
        }
        json.writeEndObject();
    }

    static void sessions(Asked asked, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("expiry_time_to_session_ids");
        for (Map.Entry<Long, List<Long>> end : asked.seen().sessionEnds().entrySet()) {
            numbers(end.getKey().toString(), end.getValue(), json);
        }
        json.writeEndObject();
        json.writeObjectFieldStart("session_id_to_ephemeral_paths");
        Map<Long, List<String>> owners = new LinkedHashMap<>();
        asked.seen()
                .sessions()
                .forEach((id, timeout) -> owners.put(id, asked.seen().sessions().ephemerals(id)));
        for (Map.Entry<Long, List<String>> owner : owners.entrySet()) {
            if (!owner.getValue().isEmpty()) {
                strings(owner.getKey().toString(), owner.getValue(), json);
            }
        }
        json.writeEndObject();
    }

    static void watchesBySession(Asked asked, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("session_id_to_watched_paths");
        for (Map.Entry<Long, List<String>> session : bySession(asked).entrySet()) {
            strings(session.getKey().toString(), session.getValue(), json);
        }
        json.writeEndObject();
    }

    static void watchesByPath(Asked asked, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("path_to_session_ids");
        for (Map.Entry<String, List<Long>> path : byPath(asked).entrySet()) {
            numbers(path.getKey(), path.getValue(), json);
        }
        json.writeEndObject();
    }

    /** {@return the paths that each session watches, if there are any} */
    static Map<Long, List<String>> bySession(Asked asked) {
        Map<Long, List<String>> bySession = new LinkedHashMap<>();
        for (Connection connection : asked.seen().connections()) {
            List<String> paths = asked.seen().watchedBy(connection);
            if (!paths.isEmpty()) {
                bySession.put(connection.sessionId(), paths);
            }
        }
        return bySession;
    }

    /** {@return the sessions that watch each path} */
    static Map<String, List<Long>> byPath(Asked asked) {
        Map<String, List<Long>> byPath = new TreeMap<>();
        bySession(asked)
                .forEach((session, paths) -> paths.forEach(path ->
                        byPath.computeIfAbsent(path, p -> new ArrayList<>()).add(session)));
        return byPath;
    }

    static void strings(String field, List<String> values, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(field);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void numbers(String field, List<Long> values, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(field);
        for (long value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }
}
