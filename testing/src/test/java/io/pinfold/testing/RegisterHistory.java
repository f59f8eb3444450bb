package io.pinfold.testing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What clients saw of one znode that all of them change by compare-and-set of its version, and whether that is
 * linearizable. The versions say in which order the writes happened, so there is nothing to search: it is linearizable if
 * each version was written by one, is read as it was written, and no operation that had ended before another began saw
 * more than that one. Times are those of one monotonic clock. Thread-safe: what happens is queued, and checked in the end.
 */
final class RegisterHistory {
    private static final long NEVER = Long.MAX_VALUE;

    private enum Kind {
        WRITE,
        PERHAPS,
        REFUSED,
        READ
    }

    /** One operation: the version that it made or saw, or the one that it wrongly expected. */
    private record Event(Kind kind, long began, long ended, int version, String value) {}

    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
    private final String first;

    /** Begins with the value of version 0. */
    RegisterHistory(String first) {
        this.first = first;
    }

    /** A write was acknowledged, and made this version. */
    void wrote(long began, long ended, int version, String value) {
        events.add(new Event(Kind.WRITE, began, ended, version, value));
    }

    /** A write that would make this version was sent, and nobody knows what became of it. */
    void perhapsWrote(long began, int version, String value) {
        events.add(new Event(Kind.PERHAPS, began, NEVER, version, value));
    }

    /** A write was refused because the version was not the expected one. */
    void refused(long began, long ended, int expected) {
        events.add(new Event(Kind.REFUSED, began, ended, expected, ""));
    }

    /** A read behind a sync saw this. */
    void read(long began, long ended, int version, String value) {
        events.add(new Event(Kind.READ, began, ended, version, value));
    }

    int size() {
        return events.size();
    }

    /** {@return what is wrong, in sentences; nothing if the history is linearizable} */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        Map<Integer, Event> written = writers(problems);
        checkReads(written, problems);
        checkOrder(written, problems);
        checkRefusals(written, problems);
        return problems;
    }

    /** {@return who made each version; of writes with an unknown fate only those that somebody read} */
    private Map<Integer, Event> writers(List<String> problems) {
        Map<Integer, Event> written = new TreeMap<>();
        written.put(0, new Event(Kind.WRITE, Long.MIN_VALUE, Long.MIN_VALUE, 0, first));
        Set<String> seen = new HashSet<>();
        int last = 0;
        for (Event event : events) {
            if (event.kind == Kind.WRITE) {
                Event other = written.put(event.version, event);
                if (other != null) {
                    problems.add("two writes made one version: " + event + " and " + other);
                }
            } else if (event.kind == Kind.READ) {
                seen.add(event.value);
            }
            if (event.kind == Kind.WRITE || event.kind == Kind.READ) {
                last = Math.max(last, event.version);
            }
        }
        Map<Integer, Integer> candidates = new HashMap<>();
        for (Event event : events) {
            if (event.kind == Kind.PERHAPS && seen.contains(event.value)) {
                Event other = written.put(event.version, event);
                if (other != null) {
                    problems.add("two writes made one version: " + event + " and " + other);
                }
            } else if (event.kind == Kind.PERHAPS) {
                candidates.merge(event.version, 1, Integer::sum);
            }
        }
        for (int version = 0; version <= last; version++) {
            if (!written.containsKey(version) && !candidates.containsKey(version)) {
                problems.add("nobody made version " + version + " of " + last);
            }
        }
        return written;
    }

    private void checkReads(Map<Integer, Event> written, List<String> problems) {
        for (Event event : events) {
            if (event.kind == Kind.READ) {
                Event writer = written.get(event.version);
                if (writer == null || !writer.value.equals(event.value)) {
                    problems.add(event + " is not what " + writer + " made");
                } else if (writer.began > event.ended) {
                    problems.add(event + " ended before its write began: " + writer);
                }
            }
        }
    }

    /** Whatever ended before another began must not have a later place. */
    private void checkOrder(Map<Integer, Event> written, List<String> problems) {
        List<Event> placed = new ArrayList<>(written.values());
        events.stream().filter(event -> event.kind == Kind.READ).forEach(placed::add);
        List<Event> byEnd = new ArrayList<>(placed);
        placed.sort(Comparator.comparingLong(Event::began));
        byEnd.sort(Comparator.comparingLong(Event::ended));
        int next = 0;
        Event highest = null;
        for (Event event : placed) {
            for (; next < byEnd.size() && byEnd.get(next).ended < event.began; next++) {
                Event done = byEnd.get(next);
                highest = highest == null || done.version > highest.version ? done : highest;
            }
            boolean late = highest != null
                    && (event.kind == Kind.READ ? highest.version > event.version : highest.version >= event.version);
            if (late) {
                problems.add(event + " began after " + highest + " had ended");
            }
        }
    }

    /** A write is not refused while the version that it expects is the current one all the time. */
    private void checkRefusals(Map<Integer, Event> written, List<String> problems) {
        Map<Integer, Long> earliestNext = new HashMap<>();
        events.stream()
                .filter(event -> event.kind == Kind.WRITE || event.kind == Kind.PERHAPS)
                .forEach(event -> earliestNext.merge(event.version - 1, event.began, Math::min));
        for (Event event : events) {
            Event expected = written.get(event.version);
            if (event.kind == Kind.REFUSED
                    && expected != null
                    && expected.ended < event.began
                    && earliestNext.getOrDefault(event.version, NEVER) > event.ended) {
                problems.add(event + " was refused although nobody had changed what " + expected + " made");
            }
        }
    }
}
