package io.pinfold.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pinfold.client.PinfoldClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pinfold why}: who holds, who waits, what is wrong. Confined to the thread that runs it. */
@Command(
        name = "why",
        description = "Says who holds a lock, leads, waits or is a member, and whether something is wrong.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Exit code 0 if nothing is wrong, 1 if something is or there is no such path, 69 when no server answers."
        })
final class WhyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "PATH",
            description =
                    "The znode of a lock, read-write lock, semaphore, election, queue or group, or of a place there.")
    private String path = "";

    @Mixin
    private ServerOptions servers;

    @Option(names = "--json", description = "Says it for programs, in one line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Logging.errorsOnly();
        PrintWriter out = spec.commandLine().getOut();
        try (PinfoldClient client = servers.connect("why")) {
            Diagnosis found = Doctor.examine(client, path);
            if (json) {
                out.println(json(found));
            } else {
                print(found, out);
            }
            return found.isHealthy() ? 0 : 1;
        }
    }

    private static void print(Diagnosis found, PrintWriter out) {
        out.println(found.path() + ": " + found.kind() + ", " + found.verdict());
        found.facts().forEach((name, value) -> out.println("  " + name + ": " + value));
        for (Seat seat : found.seats()) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %-14s %s  token %d  since %s  session %s%s",
                    seat.role(),
                    seat.who().isEmpty() ? "?" : seat.who(),
                    seat.token(),
                    seat.since().truncatedTo(ChronoUnit.MILLIS),
                    session(seat),
                    seat.note().isEmpty() ? "" : "  (" + seat.note() + ")"));
        }
        found.faults().forEach(fault -> out.println("  ! " + fault));
        if (found.isHealthy()) {
            out.println("  nothing is wrong");
        }
        out.flush();
    }

    private static String session(Seat seat) {
        return seat.isOrphan() ? "none" : String.format(Locale.ROOT, "0x%x", seat.session());
    }

    private static String json(Diagnosis found) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("path", found.path());
            json.writeStringField("kind", found.kind());
            json.writeStringField("verdict", found.verdict());
            json.writeObjectFieldStart("facts");
            for (Map.Entry<String, String> fact : found.facts().entrySet()) {
                json.writeStringField(fact.getKey(), fact.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("seats");
            for (Seat seat : found.seats()) {
                write(seat, json);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("faults");
            for (String fault : found.faults()) {
                json.writeString(fault);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(Seat seat, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", seat.role());
        json.writeStringField("who", seat.who());
        json.writeNumberField("token", seat.token());
        json.writeStringField("since", seat.since().toString());
        json.writeStringField("session", session(seat));
        json.writeStringField("path", seat.path());
        json.writeStringField("note", seat.note());
        json.writeEndObject();
    }
}
