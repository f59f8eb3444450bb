package io.pinfold.testing;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * A client of the raw protocol: bytes out, frames in, everything blocking and nothing done on its own, neither pings nor
 * reconnects. For tests that look at the bytes or send what no client would. Not thread-safe, but one thread may send
 * while another receives.
 */
final class RawConnection implements Closeable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Socket socket;
    private byte[] received = new byte[8192];
    private int start;
    private int end;

    private RawConnection(Socket socket) {
        this.socket = socket;
    }

    /** Connects a socket and sends nothing. */
    static RawConnection open(int port) throws IOException {
        return open(port, PATIENCE);
    }

    static RawConnection open(int port, Duration timeout) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) timeout.toMillis());
            return new RawConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends bytes as they are. */
    void send(byte[] bytes) throws IOException {
        send(bytes, 0, bytes.length);
    }

    void send(byte[] bytes, int offset, int length) throws IOException {
        socket.getOutputStream().write(bytes, offset, length);
    }

    /** Sends bytes with their length in front. */
    void sendFrame(byte[] body) throws IOException {
        send(ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array());
    }

    /**
     * {@return the body of the next frame}
     *
     * @throws EOFException the server closed or reset the connection
     * @throws SocketTimeoutException the frame was not complete in time; what came of it is kept for the next call
     */
    byte[] receive(Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (end - start < 4 || end - start - 4 < length()) {
            fill(deadline);
        }
        int from = start + 4;
        start = from + length();
        return Arrays.copyOfRange(received, from, start);
    }

    byte[] receive() throws IOException {
        return receive(PATIENCE);
    }

    /** {@return whether the server closes the connection in time without sending another byte} */
    boolean awaitClose(Duration timeout) throws IOException {
        try {
            fill(System.nanoTime() + timeout.toNanos());
            return false;
        } catch (EOFException e) {
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Says that nothing more will be sent; if the server has hung up, reading will tell. */
    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            return;
        }
    }

    /** Closes with a reset instead of an orderly end, as a crashed machine's kernel would. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int length() {
        return ByteBuffer.wrap(received, start, 4).getInt();
    }

    private void fill(long deadline) throws IOException {
        makeRoom();
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        socket.setSoTimeout((int) Math.max(1, millis));
        int count;
        try {
            count = socket.getInputStream().read(received, end, received.length - end);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw (EOFException) new EOFException("Connection reset").initCause(e);
        }
        if (count < 0) {
            throw new EOFException("Connection closed");
        }
        end += count;
    }

    private void makeRoom() {
        if (start == end) {
            start = 0;
            end = 0;
        }
        if (end < received.length) {
            return;
        }
        byte[] target = start > 0 ? received : new byte[received.length * 2];
        System.arraycopy(received, start, target, 0, end - start);
        end -= start;
        start = 0;
        received = target;
    }
}
