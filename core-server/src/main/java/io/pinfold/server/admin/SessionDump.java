package io.pinfold.server.admin;

import io.pinfold.server.engine.Connection;
import io.pinfold.server.engine.Inspection;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The answer to the word {@code dump}: which sessions there are and when they end, which ephemeral znodes they own, and which
 * connections there are. A leader tells when a session ends; the others know its timeout only. Stateless.
 */
final class SessionDump {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private SessionDump() {}

    static String of(Asked asked) {
        StringBuilder text = new StringBuilder("SessionTracker dump:\n");
        sessions(asked, text);
        ephemerals(asked.seen(), text);
        connections(asked, text);
        return text.toString();
    }

    private static void sessions(Asked asked, StringBuilder text) {
        Inspection seen = asked.seen();
        SortedMap<Long, List<Long>> ends = seen.sessionEnds();
        if (ends.isEmpty() && seen.sessions().size() > 0) {
            text.append("Global Sessions(").append(seen.sessions().size()).append("):\n");
            seen.sessions()
                    .forEach((id, timeoutMillis) -> text.append(hex(id))
                            .append('\t')
                            .append(timeoutMillis)
                            .append("ms\n"));
            return;
        }
        text.append("Session Sets (%d)/(%d):\n"
                .formatted(ends.size(), seen.sessions().size()));
        ends.forEach((end, ids) -> {
            ending(end, ids.size(), asked, text);
            ids.forEach(id -> text.append('\t').append(hex(id)).append('\n'));
        });
    }

    private static void ephemerals(Inspection seen, StringBuilder text) {
        StringBuilder owners = new StringBuilder();
        int[] count = new int[1];
        seen.sessions().forEach((id, timeoutMillis) -> {
            List<String> paths = seen.sessions().ephemerals(id);
            if (!paths.isEmpty()) {
                count[0]++;
                owners.append(hex(id)).append(":\n");
                paths.forEach(path -> owners.append('\t').append(path).append('\n'));
            }
        });
        text.append("ephemeral nodes dump:\nSessions with Ephemerals (%d):\n".formatted(count[0]));
        text.append(owners);
    }

    private static void connections(Asked asked, StringBuilder text) {
        SortedMap<Long, List<Connection>> ends = new TreeMap<>();
        int tick = asked.facts().tickMillis();
        for (Connection connection : asked.seen().connections()) {
            long end = (connection.endNanos() / NANOS_PER_MILLI / tick + 1) * tick;
            ends.computeIfAbsent(end, at -> new ArrayList<>()).add(connection);
        }
        text.append("Connections dump:\nConnections Sets (%d)/(%d):\n"
                .formatted(ends.size(), asked.seen().connections().size()));
        for (Map.Entry<Long, List<Connection>> set : ends.entrySet()) {
            ending(set.getKey(), set.getValue().size(), asked, text);
            set.getValue()
                    .forEach(connection -> text.append("\tip: /")
                            .append(connection.remoteSocket())
                            .append(" sessionId: ")
                            .append(hex(connection.sessionId()))
                            .append('\n'));
        }
    }

    /** How many end when; on the clock of the wall, as operators have no other. */
    private static void ending(long millis, int count, Asked asked, StringBuilder text) {
        Date end = new Date(System.currentTimeMillis() + millis - asked.nowNanos() / NANOS_PER_MILLI);
        text.append(count).append(" expire at ").append(end).append(":\n");
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
