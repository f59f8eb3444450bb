package io.pinfold.testing;

import io.pinfold.testing.WatchingConnection.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Thousands of clients in a process of their own that watch one znode; see {@link WatchCrowdMain}. Thread-safe: asks anew each time. */
final class WatchCrowd implements AutoCloseable {
    /**
     * What became of them.
     *
     * @param settled whether all have their watches, or were refused, or lost
     * @param watching who has a session and all watches
     * @param refused who was hung up on before it had a session
     * @param lost who was hung up on later
     * @param leastEvents of how many changes each of those who watch was told at least
     * @param mostEvents of how many at most
     */
    record Count(boolean settled, int watching, int refused, int lost, int leastEvents, int mostEvents) {
        static final Count NOTHING = new Count(false, 0, 0, 0, 0, 0);

        static Count of(List<WatchingConnection> clients, int wanted) {
            int[] states = new int[State.values().length];
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (WatchingConnection client : clients) {
                states[client.state().ordinal()]++;
                if (client.state() == State.WATCHING) {
                    least = Math.min(least, client.events());
                    most = Math.max(most, client.events());
                }
            }
            int unsettled = states[State.GREETING.ordinal()] + states[State.ASKING.ordinal()];
            return new Count(
                    unsettled == 0 && clients.size() == wanted,
                    states[State.WATCHING.ordinal()],
                    states[State.REFUSED.ordinal()],
                    states[State.LOST.ordinal()],
                    least,
                    most);
        }

        String text() {
            return (settled ? 1 : 0) + " " + watching + " " + refused + " " + lost + " " + leastEvents + " "
                    + mostEvents;
        }

        static Count parse(String text) {
            int[] n = Stream.of(text.split(" ")).mapToInt(Integer::parseInt).toArray();
            return new Count(n[0] == 1, n[1], n[2], n[3], n[4], n[5]);
        }
    }

    private final ServerProcess process;

    /** Starts to connect so many clients to a member of ours, from an address of this machine. */
    WatchCrowd(int memberPort, int clients, String from, String path) {
        process = ServerProcess.start(
                WatchCrowdMain.class.getName(), Integer.toString(memberPort), Integer.toString(clients), from, path);
    }

    Count count() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), process.port())) {
            return Count.parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        }
    }

    /** {@return the end of what the process wrote} */
    String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
