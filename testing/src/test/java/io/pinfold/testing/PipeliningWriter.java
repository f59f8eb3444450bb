package io.pinfold.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates sequential znodes as fast as it can, many requests on the way at any time, until its connection breaks. Each
 * znode holds the writer's name and the number of the request. The writing has its own thread; what was acknowledged may
 * be read when it has ended.
 */
final class PipeliningWriter {
    private static final int WINDOW = 100;

    private final String name;
    private final RawSession session;
    private final AtomicInteger total;
    private final List<String> acknowledged = new ArrayList<>();
    private final Thread thread;
    private int sent;

    private PipeliningWriter(String name, RawSession session, AtomicInteger total) {
        this.name = name;
        this.session = session;
        this.total = total;
        this.thread = new Thread(this::write, name);
    }

    /** Starts to write below a znode; counts every acknowledged write of all writers in the total. */
    static PipeliningWriter start(String name, int port, AtomicInteger total) throws IOException {
        PipeliningWriter writer = new PipeliningWriter(name, RawSession.open(port, Duration.ofSeconds(30)), total);
        writer.thread.setDaemon(true);
        writer.thread.start();
        return writer;
    }

    /** Waits until the connection has broken. */
    void join() throws InterruptedException, IOException {
        thread.join();
        session.close();
    }

    String name() {
        return name;
    }

    /** {@return the paths that were acknowledged, in the order of the requests} */
    List<String> acknowledged() {
        return acknowledged;
    }

    /** {@return the number of requests that were sent} */
    int sent() {
        return sent;
    }

    String content(int number) {
        return name + ":" + number;
    }

    private void write() {
        try {
            while (true) {
                while (sent - acknowledged.size() < WINDOW) {
                    byte[] content = content(sent).getBytes(StandardCharsets.UTF_8);
                    sent++;
                    session.send(Call.create(Call.CREATE, "/load/n", content, Call.AclKind.OPEN, 2, -1));
                }
                ByteBuffer reply = ByteBuffer.wrap(session.connection().receive());
                if (reply.getInt(12) != 0) {
                    throw new AssertionError("error " + reply.getInt(12));
                }
                acknowledged.add(new String(reply.array(), 20, reply.getInt(16), StandardCharsets.UTF_8));
                total.incrementAndGet();
            }
        } catch (IOException e) {
            // the server was killed: what was acknowledged by now must be there when it is back
        }
    }
}
