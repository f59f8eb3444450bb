package io.pinfold.testing;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One connection through a proxy: a thread for each direction. What does not look like frames is passed on as it comes.
 * Thread-safe: the sockets are closed by whoever comes first, and the threads notice.
 */
final class ProxyLink {
    private static final int LONGEST_FRAME = 64 << 20;

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server;
    /** Requests whose replies are to be lost, by xid. */
    private final Map<Integer, Loss> doomed = new ConcurrentHashMap<>();

    private volatile boolean closed;

    ProxyLink(FaultProxy proxy, Socket client, Socket server) throws IOException {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
    }

    void start() {
        startPump("requests", () -> pump(client, server, proxy.requests(), this::losesRequest));
        startPump("replies", () -> pump(server, client, proxy.replies(), this::losesReply));
    }

    void close() {
        closed = true;
        closeQuietly(client);
        closeQuietly(server);
        proxy.requests().wake();
        proxy.replies().wake();
        proxy.forget(this);
        // Whoever closed it: what was still to be answered will not be, so that reply is lost, too.
        doomed.values().forEach(loss -> loss.happened().complete(null));
    }

    private interface Fate {
        /** {@return the loss that this frame suffers, or null if it may pass} */
        @Nullable
        Loss of(ByteBuffer frame);
    }

    private void startPump(String direction, Runnable pump) {
        Thread thread = new Thread(pump, "fault-proxy-" + proxy.port() + "-" + direction);
        thread.setDaemon(true);
        thread.start();
    }

    private void pump(Socket from, Socket to, Valve valve, Fate fate) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream()))) {
            OutputStream out = to.getOutputStream();
            boolean handshake = true;
            while (!closed) {
                byte[] frame = nextFrame(in);
                valve.pass(() -> closed);
                Loss loss = handshake || frame.length < 12 ? null : fate.of(ByteBuffer.wrap(frame));
                if (loss != null) {
                    close();
                    loss.happened().complete(null);
                    return;
                }
                out.write(frame);
                handshake = false;
                if (!isFramed(ByteBuffer.wrap(frame).getInt(0))) {
                    passRaw(in, out, valve);
                }
            }
        } catch (IOException | InterruptedException e) {
            // one side has gone: the other side learns it
        } finally {
            close();
        }
    }

    /** {@return the next frame with its length in front, or the length alone if it cannot be one} */
    private static byte[] nextFrame(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] frame = new byte[isFramed(length) ? 4 + length : 4];
        ByteBuffer.wrap(frame).putInt(length);
        in.readFully(frame, 4, frame.length - 4);
        return frame;
    }

    private static boolean isFramed(int length) {
        return length >= 0 && length <= LONGEST_FRAME;
    }

    private void passRaw(InputStream in, OutputStream out, Valve valve) throws IOException, InterruptedException {
        byte[] buffer = new byte[8192];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            valve.pass(() -> closed);
            out.write(buffer, 0, count);
        }
    }

    private @Nullable Loss losesRequest(ByteBuffer frame) {
        int xid = frame.getInt(4);
        Loss loss = proxy.lossOf(frame.getInt(8));
        if (loss == null || loss.ofRequest()) {
            return loss;
        }
        doomed.put(xid, loss);
        return null;
    }

    private @Nullable Loss losesReply(ByteBuffer frame) {
        return doomed.isEmpty() ? null : doomed.get(frame.getInt(4));
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone, which is what was wanted
        }
    }
}
