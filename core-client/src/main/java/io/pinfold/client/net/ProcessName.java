package io.pinfold.client.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this process is called in the eyes of an operator, unless its user gives it a better name. Immutable. */
final class ProcessName {
    private ProcessName() {}

    /** {@return {@code host/pid}; the first call may take a moment to look up the host's name} */
    static String hostAndPid() {
        return Holder.HOST_AND_PID;
    }

    /** Looks the name up when it is asked for. */
    private static final class Holder {
        private static final String HOST_AND_PID =
                host() + '/' + ProcessHandle.current().pid();

        private static String host() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "unknown-host";
            }
        }
    }
}
