package io.pinfold.testing.sim;

import io.pinfold.server.consensus.PeerHello;
import io.pinfold.server.engine.PeerLink;
import java.util.ArrayDeque;
import java.util.Arrays;

/** One connection between two members. Confined to the world's thread. */
final class Pipe {
    private static final int HALF_OPEN_MILLIS = 3000;

    private final World world;
    private final End a;
    private final End b;
    private boolean open = true;

    Pipe(World world, SimMember one, SimMember other) {
        this.world = world;
        this.a = new End(one, other);
        this.b = new End(other, one);
        a.up();
        b.up();
    }

    boolean joins(int id, int other) {
        return a.owner.id == id && b.owner.id == other || a.owner.id == other && b.owner.id == id;
    }

    boolean joins(SimMember member) {
        return a.owner == member || b.owner == member;
    }

    /** What was held up on the way from this member arrives now, or the connection is found broken. */
    void reopened(int from) {
        End end = a.owner.id == from ? b : a;
        if (!end.held.isEmpty()) {
            if (world.below(end.kind, 3) == 0) {
                drop(false);
            } else {
                world.mark(Mark.LATE_FRAMES);
                end.release();
            }
        }
    }

    void drop(boolean closed) {
        if (open) {
            open = false;
            a.down(closed);
            b.down(closed);
            world.net.dropped(this);
        }
    }

    /** One of the two processes ended. If nobody saw it, the other one believes in the connection for a while. */
    void lost(boolean seen) {
        if (seen) {
            drop(true);
        } else if (open) {
            open = false;
            world.mark(Mark.HALF_OPEN);
            world.net.dropped(this);
            world.after(world.below(a.kind, HALF_OPEN_MILLIS) * World.MILLI, () -> {
                a.down(false);
                b.down(false);
            });
        }
    }

    /** What one of the members has in its hands. */
    private final class End implements PeerLink {
        private final SimMember owner;
        private final SimMember peer;
        private final String kind;
        /** Frames that a cut keeps from the owner. */
        private final ArrayDeque<byte[]> held = new ArrayDeque<>();
        /** When what was sent last arrives at the owner. */
        private long arrivesAtOwner;

        End(SimMember owner, SimMember peer) {
            this.owner = owner;
            this.peer = peer;
            this.kind = "pipe" + owner.id + '-' + peer.id;
        }

        void up() {
            PeerHello hello = peer.engine().hello();
            byte[] key = peer.engine().sessionKey();
            later(() -> owner.turn(() -> {
                if (open) {
                    owner.engine().onPeerUp(peer.id, hello, key, this);
                }
            }));
        }

        void down(boolean closed) {
            later(() -> owner.turn(() -> owner.engine().onPeerDown(peer.id, this, closed)));
        }

        private void later(Runnable news) {
            arrivesAtOwner = Math.max(arrivesAtOwner, world.nowNanos() + world.net.delay(kind));
            world.after(arrivesAtOwner - world.nowNanos(), news);
        }

        private void arrive(byte[] frame) {
            if (world.net.isCut(peer.id, owner.id) || !held.isEmpty()) {
                held.add(frame);
            } else {
                deliver(frame);
            }
        }

        void release() {
            while (!held.isEmpty()) {
                deliver(held.remove());
            }
        }

        private void deliver(byte[] frame) {
            owner.turn(() -> {
                if (open) {
                    owner.heard(peer.id);
                    owner.engine().onPeerFrame(peer.id, this, frame, 0, frame.length);
                }
            });
        }

        @Override
        public void send(byte[] bytes, int length) {
            byte[] copy = Arrays.copyOf(bytes, length);
            owner.says(peer.id, copy);
            End other = this == a ? b : a;
            if (open && !isLost()) {
                boolean late = world.rules.has(PlantedBug.FRAMES_REORDERED) && world.below("bug." + kind, 50) == 0;
                other.later(() -> {
                    if (late) {
                        world.after(3 * World.MILLI, () -> other.arrive(copy));
                    } else {
                        other.arrive(copy);
                    }
                });
            }
        }

        private boolean isLost() {
            return world.rules.has(PlantedBug.FRAME_LOST) && world.below("bug." + kind, 50) == 0;
        }

        @Override
        public void close(String reason) {
            drop(false);
        }
    }
}
