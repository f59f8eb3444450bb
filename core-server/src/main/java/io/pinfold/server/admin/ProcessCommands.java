package io.pinfold.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/** Answers what operators ask about the process, its settings and its files. Confined to the node loop. */
final class ProcessCommands {
    private ProcessCommands() {}

    static void environment(Asked asked, JsonGenerator json) throws IOException {
        for (Map.Entry<String, String> entry :
                FourLetterWords.environment(asked.facts()).entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
    }

    /** The properties of the JVM, as far as their names do not say that they are secrets. */
    static void systemProperties(Asked asked, JsonGenerator json) throws IOException {
        Properties properties = System.getProperties();
        for (String name : new TreeSet<>(properties.stringPropertyNames())) {
            json.writeStringField(name, Hidden.shown(name, properties.getProperty(name, "")));
        }
    }

    /** The configuration file as it was read at the start; nothing for a server without one. */
    static void initialConfiguration(Asked asked, JsonGenerator json) throws IOException {
        String text = asked.facts().configuration();
        json.writeStringField("initial_configuration", text.isEmpty() ? null : text);
    }

    static void directories(Asked asked, JsonGenerator json) throws IOException {
        json.writeNumberField("datadir_size", asked.directory().bytes());
        json.writeNumberField("logdir_size", asked.directory().bytes());
    }

    /** Which snapshot a start would begin with, and since when it is there; -1 twice without one. */
    static void lastSnapshot(Asked asked, JsonGenerator json) throws IOException {
        long zxid = asked.directory().snapshotZxid();
        json.writeStringField("zxid", Long.toHexString(zxid));
        json.writeNumberField("timestamp", asked.directory().snapshotSeconds());
    }
}
