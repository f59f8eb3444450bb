package io.pinfold.testing.sim;

import io.pinfold.server.consensus.PeerHello;
import io.pinfold.server.engine.PeerLink;
import java.util.Arrays;

/** One connection between two members. Confined to the world's thread. */
final class EnginePipe {
    private final EngineWorld world;
    private final End a;
    private final End b;
    private boolean open = true;
    private boolean silent;

    EnginePipe(EngineWorld world, EngineMember one, EngineMember other) {
        this.world = world;
        this.a = new End(one, other);
        this.b = new End(other, one);
        a.up();
        b.up();
    }

    boolean joins(int id) {
        return a.owner.id == id || b.owner.id == id;
    }

    boolean joins(int id, int other) {
        return id != other && joins(id) && joins(other);
    }

    void goSilent() {
        silent = true;
    }

    void drop(boolean closed) {
        if (open) {
            open = false;
            a.down(closed);
            b.down(closed);
            world.dropped(this);
        }
    }

    /** What one of the members has in its hands. */
    private final class End implements PeerLink {
        private final EngineMember owner;
        private final EngineMember peer;
        private final String kind;
        /** When what was sent last arrives at the owner. */
        private long arrivesAtOwner;

        End(EngineMember owner, EngineMember peer) {
            this.owner = owner;
            this.peer = peer;
            this.kind = "pipe" + owner.id + '-' + peer.id;
        }

        void up() {
            PeerHello hello = peer.engine.hello();
            byte[] key = peer.engine.sessionKey();
            toOwner(() -> {
                if (open) {
                    owner.engine.onPeerUp(peer.id, hello, key, this);
                }
            });
        }

        void down(boolean closed) {
            toOwner(() -> owner.engine.onPeerDown(peer.id, this, closed));
        }

        private void toOwner(Runnable news) {
            arrivesAtOwner = Math.max(arrivesAtOwner, world.nowNanos() + world.delay(kind));
            world.after(arrivesAtOwner - world.nowNanos(), () -> owner.turn(news));
        }

        @Override
        public void send(byte[] bytes, int length) {
            byte[] copy = Arrays.copyOf(bytes, length);
            owner.says(peer.id, copy);
            End other = this == a ? b : a;
            if (open && !silent) {
                other.toOwner(() -> {
                    if (open && !silent) {
                        other.owner.engine.onPeerFrame(owner.id, other, copy, 0, copy.length);
                    }
                });
            }
        }

        @Override
        public void close(String reason) {
            drop(false);
        }
    }
}
