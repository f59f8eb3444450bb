package io.pinfold.server.consensus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A scenario as text. A line that begins with {@code >} is a command; the indented lines behind it are what came of it; all
 * others are for the reader. See the README beside the scripts for the commands.
 */
final class Script {
    private static final String OUTPUT = "  ";

    private final ScriptCluster cluster = new ScriptCluster();

    /** {@return the same script with what comes of the commands now} */
    String run(String text) {
        StringBuilder out = new StringBuilder();
        for (String line : text.split("\n")) {
            if (line.startsWith(OUTPUT)) {
                continue;
            }
            out.append(line).append('\n');
            if (line.startsWith(">")) {
                command(line.substring(1).trim());
                cluster.takeTold()
                        .forEach(told -> out.append(OUTPUT).append(told).append('\n'));
            }
        }
        return out.toString();
    }

    private void command(String line) {
        String[] words = line.split(" +");
        List<String> rest = Arrays.asList(words).subList(1, words.length);
        switch (words[0]) {
            case "members" -> cluster.configure(ids(named(rest, "voters")), ids(named(rest, "observers")));
            case "memory" -> cluster.keepInMemory(Long.parseLong(words[1]));
            case "counter" -> cluster.countUpTo(Long.parseLong(words[1]));
            case "led-by-first" -> cluster.settleLedByFirst();
            case "start" -> ids(rest).forEach(cluster::start);
            case "crash" -> ids(rest).forEach(cluster::crash);
            case "wipe" -> ids(rest).forEach(cluster::wipe);
            case "compact" -> ids(rest).forEach(id -> cluster.member(id).compact());
            case "rot" -> ids(rest).forEach(id -> cluster.member(id).rot());
            case "link", "unlink", "hang-up", "block", "unblock", "deliver" -> network(words[0], rest);
            case "disk" -> everybodyOr(rest).forEach(cluster::work);
            case "slow", "fast" -> ids(rest).forEach(id -> cluster.slow(id, words[0].equals("slow")));
            case "piece" -> ids(rest).forEach(cluster::workOnce);
            case "time" ->
                everybodyOr(rest.subList(1, rest.size())).forEach(id -> cluster.pass(id, Long.parseLong(words[1])));
            case "settle" -> cluster.settle();
            case "run" -> cluster.run(Long.parseLong(words[1]));
            case "state" ->
                everybodyOr(rest).forEach(id -> cluster.tell(id + " " + Told.state(cluster.member(id).replica)));
            default -> ask(words[0], Integer.parseInt(words[1]), rest.subList(1, rest.size()));
        }
    }

    private void network(String verb, List<String> wires) {
        if (verb.equals("deliver")) {
            cluster.deliver(wires);
        } else if (wires.equals(List.of("all"))) {
            cluster.linkAll();
        }
        for (String wire : wires) {
            switch (verb) {
                case "block" -> cluster.block(wire);
                case "unblock" -> cluster.unblock(wire);
                case "link", "unlink", "hang-up" -> ends(verb, wire);
                default -> {
                    // delivered already
                }
            }
        }
    }

    private void ends(String verb, String link) {
        if (link.equals("all")) {
            return;
        }
        int a = Integer.parseInt(link.split("-")[0]);
        int b = Integer.parseInt(link.split("-")[1]);
        if (verb.equals("link")) {
            cluster.link(a, b);
        } else {
            cluster.unlink(a, b, verb.equals("hang-up"));
        }
    }

    private void ask(String verb, int id, List<String> rest) {
        ScriptMember member = cluster.member(id);
        switch (verb) {
            case "propose" -> cluster.propose(id, rest);
            case "read" -> member.turn(() -> member.replica.readIndex(Long.parseLong(rest.get(0))));
            case "transfer" -> member.turn(member.replica::transferLeadership);
            case "change" -> cluster.change(id, ids(named(rest, "voters")), ids(named(rest, "observers")));
            default -> throw new AssertionError("Nobody knows this command: " + verb);
        }
    }

    private List<Integer> everybodyOr(List<String> words) {
        return words.isEmpty() ? cluster.running() : ids(words);
    }

    /** {@return the words behind a name, up to the next name} */
    private static List<String> named(List<String> words, String name) {
        List<String> found = new ArrayList<>();
        boolean within = false;
        for (String word : words) {
            if (!Character.isDigit(word.charAt(0))) {
                within = word.toLowerCase(Locale.ROOT).equals(name);
            } else if (within) {
                found.add(word);
            }
        }
        return found;
    }

    private static List<Integer> ids(List<String> words) {
        return words.stream().map(Integer::valueOf).toList();
    }
}
