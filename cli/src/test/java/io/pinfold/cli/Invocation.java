package io.pinfold.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A call of the command inside the test's process. Immutable. */
record Invocation(int exitCode, String out, String err) {
    static Invocation of(String args) {
        return of(args.isEmpty() ? new String[0] : args.split(" +"));
    }

    static Invocation of(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), words);
        return new Invocation(exitCode, out.toString(), err.toString());
    }
}
