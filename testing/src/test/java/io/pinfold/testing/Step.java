package io.pinfold.testing;

import java.util.List;

/** One step of a scenario that is played to two servers. Sessions are named by their number. Immutable. */
sealed interface Step {
    /** {@return the requests of this step, in order} */
    default List<Call> calls() {
        return List.of();
    }

    /** {@return the same step with other requests} */
    default Step with(List<Call> calls) {
        return this;
    }

    /** Sends requests in one burst and awaits the replies. */
    record Send(int session, List<Call> calls) implements Step {
        @Override
        public Step with(List<Call> others) {
            return new Send(session, others);
        }

        @Override
        public String toString() {
            return "session " + session + ": "
                    + String.join("\n      ", calls.stream().map(Call::text).toList());
        }
    }

    /** Opens a session, with or without the read-only flag that old clients do not send. */
    record Open(int session, int timeoutMillis, boolean withFlag) implements Step {}

    /** Sends requests and the end of the session in one burst. */
    record Close(int session, List<Call> calls) implements Step {
        @Override
        public Step with(List<Call> others) {
            return new Close(session, others);
        }

        @Override
        public String toString() {
            return new Send(session, calls) + " closeSession";
        }
    }

    /** Attaches a session, open or long closed, to a new connection; drops the old connection first or not. */
    record Resume(int session, boolean dropFirst) implements Step {}

    /** Drops the connection and tries to attach the session with a wrong password. */
    record WrongPassword(int session) implements Step {}

    /** A client that has seen more than the server. */
    record FromTheFuture() implements Step {}

    /** Opens a session only to learn the negotiated timeout, and closes it. */
    record Negotiate(int timeoutMillis) implements Step {}

    /** Ends both servers and starts them again. */
    record Restart() implements Step {}
}
