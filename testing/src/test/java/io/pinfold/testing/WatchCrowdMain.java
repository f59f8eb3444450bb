package io.pinfold.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Thousands of clients in a process of their own, as one process may not have more sockets, which watch one znode of one member:
 * {@code WatchCrowdMain MEMBER_PORT CLIENTS FROM_ADDRESS PATH}. Whoever connects to the port that it announces hears in one
 * line what became of them so far.
 */
final class WatchCrowdMain {
    private static final Duration SESSION = Duration.ofSeconds(30);
    private static final long PING_EVERY_NANOS = SESSION.toNanos() / 3;
    private static final int AT_A_TIME = 100;

    /** Each counts on its own: data, child, persistent, recursive. */
    private static List<Call> everyKind(String path) {
        return List.of(
                Call.read(Call.GET_DATA, path, true),
                Call.read(Call.GET_CHILDREN, path, true),
                Call.watches(Call.ADD_WATCH, path, 0),
                Call.watches(Call.ADD_WATCH, path, 1));
    }

    private final List<WatchingConnection> clients = new ArrayList<>();
    private final Selector selector = Selector.open();
    private final InetSocketAddress member;
    private final InetSocketAddress from;
    private final int wanted;
    private final List<Call> watches;
    private volatile WatchCrowd.Count count = WatchCrowd.Count.NOTHING;

    private WatchCrowdMain(InetSocketAddress member, InetSocketAddress from, int wanted, String path)
            throws IOException {
        this.member = member;
        this.from = from;
        this.wanted = wanted;
        this.watches = everyKind(path);
    }

    public static void main(String[] arguments) throws IOException {
        WatchCrowdMain crowd = new WatchCrowdMain(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
                new InetSocketAddress(arguments[2], 0),
                Integer.parseInt(arguments[1]),
                arguments[3]);
        ServerSocket questions = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread answering = new Thread(() -> crowd.answer(questions));
        answering.setDaemon(true);
        answering.start();
        System.out.println("a crowd at 127.0.0.1:" + questions.getLocalPort());
        crowd.live();
    }

    private void answer(ServerSocket questions) {
        try {
            while (true) {
                try (Socket asker = questions.accept()) {
                    asker.getOutputStream().write(count.text().getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void live() throws IOException {
        long nextPing = System.nanoTime() + PING_EVERY_NANOS;
        while (true) {
            count = WatchCrowd.Count.of(clients, wanted);
            long countAgain = System.nanoTime() + 20_000_000;
            int room = AT_A_TIME
                    - (int) clients.stream()
                            .filter(WatchingConnection::isUnsettled)
                            .count();
            for (; room > 0 && clients.size() < wanted; room--) {
                clients.add(new WatchingConnection(selector, from, member, watches));
            }
            while (System.nanoTime() - countAgain < 0) {
                selector.select(10);
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); keys.remove()) {
                    ((WatchingConnection) keys.next().attachment()).ready(SESSION);
                }
            }
            if (System.nanoTime() - nextPing > 0) {
                clients.forEach(WatchingConnection::ping);
                nextPing += PING_EVERY_NANOS;
            }
        }
    }
}
