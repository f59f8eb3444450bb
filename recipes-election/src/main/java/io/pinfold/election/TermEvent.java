package io.pinfold.election;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The end of a term, for the JVM's flight recorder. Confined to who makes it until it is committed. */
@Name("io.pinfold.Term")
@Label("Term")
@Category("Pinfold")
@Description("A term of a leader ended")
@StackTrace(false)
final class TermEvent extends Event {
    @Label("Path")
    String path = "";

    @Label("Candidate")
    String candidate = "";

    @Label("Term")
    long term;

    @Label("Reason")
    String reason = "";

    @Label("Lasted")
    @Timespan
    long lasted;

    static void tell(String path, TermEnd end) {
        TermEvent event = new TermEvent();
        if (event.shouldCommit()) {
            event.path = path;
            event.candidate = end.candidate();
            event.term = end.term();
            event.reason = end.reason().name();
            event.lasted = end.lasted().toNanos();
            event.commit();
        }
    }
}
