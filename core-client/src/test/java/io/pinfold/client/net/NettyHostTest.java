package io.pinfold.client.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rim over real sockets. */
class NettyHostTest {
    private final NettyHost host = new NettyHost(null);
    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    private final LinkListener listener = new LinkListener() {
        @Override
        public void connected() {
            news.add("connected on " + Thread.currentThread().getName().replaceAll("-[0-9-]*$", ""));
        }

        @Override
        public void received(byte[] bytes, int offset, int length) {
            news.add("received " + new String(bytes, offset, length, java.nio.charset.StandardCharsets.US_ASCII));
        }

        @Override
        public void turnEnded() {
            // nothing was gathered
        }

        @Override
        public void disconnected(String reason) {
            news.add("disconnected: " + reason);
        }
    };

    @AfterEach
    void stop() {
        host.close();
    }

    private String nextNews() throws InterruptedException {
        String next = news.poll(10, TimeUnit.SECONDS);
        assertNotNull(next, "nothing happened");
        return next;
    }

    private Link connect(String name, int port) {
        CompletableFuture<Link> link = new CompletableFuture<>();
        host.execute(() -> link.complete(host.connect(name, port, listener)));
        return link.join();
    }

    @Test
    void bytesGoBothWaysAndTheEndIsReported() throws IOException, InterruptedException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Link link = connect("127.0.0.1", server.getLocalPort());
            try (Socket accepted = server.accept()) {
                assertEquals("connected on pinfold-client-io", nextNews());
                host.execute(() -> link.send(new byte[] {1, 2, 3, 4}, 3));
                assertArrayEquals(
                        new byte[] {1, 2, 3}, accepted.getInputStream().readNBytes(3));
                accepted.getOutputStream().write('x');
                assertEquals("received x", nextNews());
            }
            assertTrue(nextNews().startsWith("disconnected"));
        }
    }

    @Test
    void namesAreLookedUp() throws IOException, InterruptedException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            connect("localhost", server.getLocalPort());

            assertEquals("connected on pinfold-client-io", nextNews());
        }
    }

    @Test
    void closedPortIsReportedOnce() throws IOException, InterruptedException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = server.getLocalPort();
        }

        connect("127.0.0.1", port);

        assertTrue(nextNews().startsWith("disconnected"));
        CompletableFuture<Void> later = new CompletableFuture<>();
        host.schedule(50_000_000, () -> later.complete(null));
        later.join();
        assertTrue(news.isEmpty(), news.toString());
    }

    @Test
    void nothingIsReportedOfAConnectionThatWasClosedHere() throws IOException, InterruptedException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Link link = connect("127.0.0.1", server.getLocalPort());
            try (Socket accepted = server.accept()) {
                nextNews();
                host.execute(link::close);

                assertEquals(-1, accepted.getInputStream().read());
                CompletableFuture<Void> turn = new CompletableFuture<>();
                host.execute(() -> turn.complete(null));
                turn.join();
                assertTrue(news.isEmpty(), news.toString());
            }
        }
    }

    @Test
    void closedHostForgetsWhatIsScheduledLater() {
        NettyHost other = new NettyHost(null);
        other.close();
        other.close();

        other.schedule(1, () -> {}).cancel();
    }
}
