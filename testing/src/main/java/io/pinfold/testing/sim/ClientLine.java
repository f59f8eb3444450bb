package io.pinfold.testing.sim;

import io.pinfold.server.engine.ClientLink;
import io.pinfold.server.engine.Connection;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One connection of a client to a member. Confined to the world's thread. */
final class ClientLine implements Wire {
    private final World world;
    private final String kind;
    private final @Nullable SimMember member;
    private final WireListener listener;
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    private final Frames toMember = new Frames();
    private final MemberEnd end = new MemberEnd();
    private @Nullable Connection connection;
    private boolean clientGone;
    private boolean memberGone;
    private boolean reading = true;
    private long arrivesAtMember;
    private long arrivesAtClient;

    ClientLine(World world, String actor, @Nullable SimMember member, WireListener listener) {
        this.world = world;
        this.kind = actor + ".net";
        this.member = member;
        this.listener = listener;
    }

    void begin() {
        SimMember host = member;
        if (host == null) {
            memberGone = true;
            toClient(() -> listener.closed("refused"));
            return;
        }
        toMember(() -> {
            connection = host.engine().onConnected(end, kind);
            host.lines().add(this);
            toClient(listener::opened);
        });
    }

    /** The member's process ended. */
    void lost(boolean seen) {
        memberGone = true;
        if (seen) {
            toClient(() -> listener.closed("reset"));
        }
    }

    /** The network lost it; the client hears of that, and the member, too. */
    void breakDown() {
        SimMember host = member;
        if (host == null || memberGone) {
            return;
        }
        toMember(this::gone);
        toClient(() -> {
            if (!clientGone) {
                clientGone = true;
                listener.closed("broken");
            }
        });
    }

    private void toMember(Runnable news) {
        SimMember host = member;
        if (host == null) {
            return;
        }
        arrivesAtMember = Math.max(arrivesAtMember, world.nowNanos() + world.net.delay(kind));
        world.after(arrivesAtMember - world.nowNanos(), () -> {
            if (!memberGone) {
                host.turn(() -> {
                    if (!memberGone) {
                        news.run();
                    }
                });
            }
        });
    }

    private void toClient(Runnable news) {
        arrivesAtClient = Math.max(arrivesAtClient, world.nowNanos() + world.net.delay(kind));
        world.after(arrivesAtClient - world.nowNanos(), () -> {
            if (!clientGone) {
                news.run();
            }
        });
    }

    @Override
    public void send(byte[] bytes, int length) {
        if (world.rules.has(PlantedBug.CLIENT_FRAME_LOST) && world.below("bug." + kind, 200) == 0) {
            return;
        }
        byte[] copy = Arrays.copyOf(bytes, length);
        toMember(() -> {
            toMember.feed(copy, copy.length);
            for (byte[] frame = toMember.next(); frame != null && !memberGone; frame = toMember.next()) {
                enter(frame);
            }
        });
    }

    private void enter(byte[] frame) {
        if (member != null && connection != null) {
            member.asked(frame);
            member.engine().onFrame(connection, frame, 0, frame.length);
        }
    }

    @Override
    public void read(boolean wanted) {
        reading = wanted;
        while (reading && !clientGone && !held.isEmpty()) {
            listener.received(held.remove());
        }
    }

    @Override
    public void close() {
        clientGone = true;
        toMember(this::gone);
    }

    /** The member hears that the connection is gone. */
    private void gone() {
        memberGone = true;
        if (member != null && connection != null) {
            member.lines().remove(this);
            member.engine().onDisconnected(connection);
        }
    }

    /** What the engine has in its hands. */
    private final class MemberEnd implements ClientLink {
        @Override
        public void send(byte[] bytes, int length) {
            byte[] copy = Arrays.copyOf(bytes, length);
            toClient(() -> {
                if (reading) {
                    listener.received(copy);
                } else {
                    held.add(copy);
                }
            });
        }

        @Override
        public void close(String reason, boolean orderly) {
            if (!memberGone) {
                gone();
                toClient(() -> {
                    clientGone = true;
                    listener.closed(reason);
                });
            }
        }

        @Override
        public void read(boolean wanted) {}
    }
}
