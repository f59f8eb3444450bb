package io.pinfold.client;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** What the JVM's flight recorder is told. Stateless; each event is confined to who makes it until it is committed. */
final class FlightEvents {
    private FlightEvents() {}

    /** A request and its answer. Short ones are left out, unless a recording asks for them. */
    @Name("io.pinfold.Call")
    @Label("Call")
    @Category("Pinfold")
    @Description("A request to the ensemble, with all its attempts")
    @StackTrace(false)
    @Threshold("10 ms")
    static final class CallEvent extends Event {
        @Label("Kind")
        String kind = "";

        @Label("Path")
        String path = "";

        @Label("Retries")
        int retries;

        @Label("Failure")
        @Nullable
        String failure;

        /** {@return an event whose time runs, or null if nobody records} */
        static @Nullable CallEvent begun() {
            CallEvent event = new CallEvent();
            if (!event.isEnabled()) {
                return null;
            }
            event.begin();
            return event;
        }
    }

    /** An event of a watch, as a watcher was told. */
    @Name("io.pinfold.Watch")
    @Label("Watch")
    @Category("Pinfold")
    @Description("A watcher was told of a change")
    @StackTrace(false)
    static final class WatchedEvent extends Event {
        @Label("Type")
        String type = "";

        @Label("Path")
        String path = "";

        @Label("Waited")
        @Description("From the arrival of the event until the watcher's turn")
        @Timespan
        long waited;

        @Label("Took")
        @Description("How long the watcher was busy")
        @Timespan
        long took;
    }

    /** A change of a session's state. */
    @Name("io.pinfold.Session")
    @Label("Session")
    @Category("Pinfold")
    @Description("The state of a session changed")
    @StackTrace(false)
    static final class SessionEvent extends Event {
        @Label("Client")
        String client = "";

        @Label("Session")
        String session = "";

        @Label("State")
        String state = "";
    }

    /** The end of a wait for a place. */
    @Name("io.pinfold.LeaseWait")
    @Label("Lease Wait")
    @Category("Pinfold")
    @Description("The wait for a lock, an election or another place in a queue ended")
    @StackTrace(false)
    static final class LeaseWaitEvent extends Event {
        @Label("Path")
        String path = "";

        @Label("Took")
        @Timespan
        long took;

        @Label("Granted")
        boolean granted;
    }

    /** A lease began. */
    @Name("io.pinfold.LeaseBegin")
    @Label("Lease Begin")
    @Category("Pinfold")
    @Description("A lease began")
    @StackTrace(false)
    static final class LeaseBeginEvent extends Event {
        @Label("Path")
        String path = "";

        @Label("Fencing Token")
        long fencingToken;
    }

    /** A lease ended. */
    @Name("io.pinfold.LeaseHold")
    @Label("Lease Hold")
    @Category("Pinfold")
    @Description("A lease ended")
    @StackTrace(false)
    static final class LeaseHoldEvent extends Event {
        @Label("Path")
        String path = "";

        @Label("Fencing Token")
        long fencingToken;

        @Label("Took")
        @Timespan
        long took;

        @Label("End")
        String end = "";
    }
}
