package io.pinfold.testing.sim;

import io.pinfold.server.engine.ClientLink;
import io.pinfold.server.engine.Connection;
import java.util.ArrayDeque;
import java.util.Arrays;

/** One connection of a client to a member. Confined to the world's thread. */
final class EngineLine implements Wire {
    private final EngineWorld world;
    private final String kind;
    private final EngineMember member;
    private final WireListener listener;
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    private final Frames toMember = new Frames();
    private final MemberEnd end = new MemberEnd();
    private Connection connection;
    private boolean clientGone;
    private boolean memberGone;
    private boolean reading = true;
    private long arrivesAtMember;
    private long arrivesAtClient;

    EngineLine(EngineWorld world, String actor, EngineMember member, WireListener listener) {
        this.world = world;
        this.kind = actor + ".net";
        this.member = member;
        this.listener = listener;
    }

    void begin() {
        if (member == null) {
            memberGone = true;
            toClient(() -> listener.closed("refused"));
            return;
        }
        toMember(() -> {
            connection = member.engine.onConnected(end, kind);
            member.lines.add(this);
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

    private void toMember(Runnable news) {
        arrivesAtMember = Math.max(arrivesAtMember, world.nowNanos() + world.delay(kind));
        world.after(arrivesAtMember - world.nowNanos(), () -> {
            if (!memberGone) {
                member.turn(() -> {
                    if (!memberGone) {
                        news.run();
                    }
                });
            }
        });
    }

    private void toClient(Runnable news) {
        arrivesAtClient = Math.max(arrivesAtClient, world.nowNanos() + world.delay(kind));
        world.after(arrivesAtClient - world.nowNanos(), () -> {
            if (!clientGone) {
                news.run();
            }
        });
    }

    @Override
    public void send(byte[] bytes, int length) {
        byte[] copy = Arrays.copyOf(bytes, length);
        toMember(() -> {
            toMember.feed(copy, copy.length);
            for (byte[] frame = toMember.next(); frame != null && !memberGone; frame = toMember.next()) {
                member.engine.onFrame(connection, frame, 0, frame.length);
            }
        });
    }

    @Override
    public void read(boolean wanted) {
        reading = wanted;
        while (reading && !clientGone && !held.isEmpty()) {
            listener.received(held.poll());
        }
    }

    @Override
    public void close() {
        clientGone = true;
        toMember(() -> {
            memberGone = true;
            member.lines.remove(this);
            if (connection != null) {
                member.engine.onDisconnected(connection);
            }
        });
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
                memberGone = true;
                member.lines.remove(EngineLine.this);
                member.engine.onDisconnected(connection);
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
