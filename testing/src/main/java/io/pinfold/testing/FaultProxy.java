package io.pinfold.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Iterator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on the loopback interface between clients and one server, which breaks what networks break: it cuts
 * connections, refuses new ones, lets one direction or both fall silent while the connections stay open, and loses a
 * chosen request or reply. It knows where the frames of the Apache ZooKeeper protocol begin and end, so a connection is
 * always cut between two frames.
 *
 * <p>Thread-safe: faults may be set from any thread while clients are connected.
 */
public final class FaultProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int upstreamPort;
    private final Set<ProxyLink> links = ConcurrentHashMap.newKeySet();
    private final Queue<Loss> losses;
    private final Valve requests = new Valve();
    private final Valve replies = new Valve();
    private volatile boolean refusing;
    private volatile boolean closed;

    private FaultProxy(int upstreamPort, Queue<Loss> losses) throws IOException {
        this.upstreamPort = upstreamPort;
        this.losses = losses;
        this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(this::accept, "fault-proxy-" + listener.getLocalPort());
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /**
     * {@return a proxy that passes everything on, until told otherwise}
     *
     * @param upstreamPort port of the server on the loopback interface
     */
    public static FaultProxy to(int upstreamPort) {
        return open(upstreamPort, new ConcurrentLinkedQueue<>());
    }

    /**
     * {@return a proxy to another server for the same clients: what is to be lost here is lost there instead, if it passes
     * there first; all other faults are its own}
     *
     * @param otherPort port of the other server on the loopback interface
     */
    public FaultProxy beside(int otherPort) {
        return open(otherPort, losses);
    }

    private static FaultProxy open(int upstreamPort, Queue<Loss> losses) {
        try {
            return new FaultProxy(upstreamPort, losses);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the port for clients to connect to, on the loopback interface} */
    public int port() {
        return listener.getLocalPort();
    }

    /** {@return what a client needs to connect through this proxy} */
    public String connectString() {
        return "127.0.0.1:" + port();
    }

    /** {@return the number of connections that pass through now} */
    public int connections() {
        return links.size();
    }

    /** Cuts every connection. Clients may connect again at once, unless {@linkplain #refuse refused}. */
    public void cut() {
        links.forEach(ProxyLink::close);
    }

    /**
     * Says whether new connections are closed as soon as they are made.
     *
     * @param refuse whether they are
     */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** Cuts every connection and lets no new one in, until {@link #restore()}. */
    public void isolate() {
        refuse(true);
        cut();
    }

    /** Holds back everything that clients send; the connections stay open. */
    public void stallRequests() {
        requests.shut();
    }

    /** Holds back everything that the server sends; the connections stay open. */
    public void stallReplies() {
        replies.shut();
    }

    /** Holds back everything in both directions; to both sides the other one seems to have vanished without a word. */
    public void stall() {
        stallRequests();
        stallReplies();
    }

    /** Passes on again what was held back, and lets new connections in. */
    public void restore() {
        refusing = false;
        requests.open();
        replies.open();
    }

    /**
     * Loses a reply: the request reaches the server and is done there, but its connection is cut instead of passing the
     * reply on.
     *
     * @param opCode number of the operation in the protocol, for example 1 for create or 15 for create2
     * @param nth 1 for the next request of this operation, 2 for the one after it, ...
     * @return a future that completes when it has happened
     */
    public CompletableFuture<Void> loseReply(int opCode, int nth) {
        return arm(new Loss(op -> op == opCode, nth, false));
    }

    /**
     * Loses a request: its connection is cut before the request reaches the server.
     *
     * @param opCode number of the operation in the protocol
     * @param nth 1 for the next request of this operation, 2 for the one after it, ...
     * @return a future that completes when it has happened
     */
    public CompletableFuture<Void> loseRequest(int opCode, int nth) {
        return arm(new Loss(op -> op == opCode, nth, true));
    }

    /**
     * Loses a reply, as {@link #loseReply(int, int)}.
     *
     * @param op the kind of request
     * @param nth 1 for the next request of this kind, 2 for the one after it, ...
     * @return a future that completes when it has happened
     */
    public CompletableFuture<Void> loseReply(OpType op, int nth) {
        return arm(new Loss(op::includes, nth, false));
    }

    /**
     * Loses a request, as {@link #loseRequest(int, int)}.
     *
     * @param op the kind of request
     * @param nth 1 for the next request of this kind, 2 for the one after it, ...
     * @return a future that completes when it has happened
     */
    public CompletableFuture<Void> loseRequest(OpType op, int nth) {
        return arm(new Loss(op::includes, nth, true));
    }

    /** Nothing is to be lost any more that was not lost yet, here and at the proxies {@linkplain #beside beside} this one. */
    public void loseNothing() {
        losses.clear();
    }

    /** Cuts every connection and stops listening. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private CompletableFuture<Void> arm(Loss loss) {
        losses.add(loss);
        return loss.happened();
    }

    /** {@return the loss that this request is to suffer, or null} */
    @Nullable
    Loss lossOf(int opCode) {
        for (Iterator<Loss> armed = losses.iterator(); armed.hasNext(); ) {
            Loss loss = armed.next();
            if (loss.countDown(opCode)) {
                armed.remove();
                return loss;
            }
        }
        return null;
    }

    Valve requests() {
        return requests;
    }

    Valve replies() {
        return replies;
    }

    void forget(ProxyLink link) {
        links.remove(link);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    client.close();
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                // the listener was closed, or this one connection died while it was accepted
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            ProxyLink link = new ProxyLink(this, client, new Socket(InetAddress.getLoopbackAddress(), upstreamPort));
            links.add(link);
            link.start();
            if (refusing || closed) {
                link.close();
            }
        } catch (IOException e) {
            client.close();
        }
    }
}
