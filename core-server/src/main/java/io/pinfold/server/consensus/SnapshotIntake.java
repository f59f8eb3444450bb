package io.pinfold.server.consensus;

/**
 * A snapshot that comes from the leader, block by block. Outlives roles and epochs, because what the disk was asked for it
 * carries out: until it has, nobody knows where the log goes on, so nothing is appended and no election is begun. Confined
 * to its {@link Replica}.
 */
final class SnapshotIntake {
    private final Replica replica;
    /** The snapshot that is being received; 0 if none is. */
    private long zxid;

    private int next;
    /** Whether a block is with the disk. */
    private boolean storing;
    /** The snapshot about which the leader waits to hear; 0 if it does not. */
    private long owedZxid;

    SnapshotIntake(Replica replica) {
        this.replica = replica;
    }

    boolean isStoring() {
        return storing;
    }

    /** A block came. One that does not continue what is here is answered by what would. */
    void offer(Message.SnapshotBlock block) {
        if (storing) {
            zxid = 0; // of two leaders, or of two attempts: begin again when the disk is done
            owedZxid = block.zxid();
            return;
        }
        if (block.index() == 0) {
            zxid = block.zxid();
            next = 0;
        }
        if (block.zxid() != zxid || block.index() != next) {
            owedZxid = block.zxid();
            return;
        }
        storing = true;
        owedZxid = 0;
        replica.effects.storeSnapshotBlock(block.zxid(), block.chain(), block.index(), block.block(), block.last());
    }

    /** The disk has a block. */
    void stored(long ofZxid, int index) {
        storing = false;
        if (ofZxid == zxid) {
            next = index + 1;
        }
        if (owedZxid == 0) {
            owedZxid = ofZxid;
        }
    }

    /** A snapshot is the state. Of another one, which came meanwhile, the leader still waits to hear. */
    void installed(long ofZxid) {
        zxid = 0;
        if (owedZxid == ofZxid) {
            owedZxid = 0;
        }
    }

    /** Tells the leader which block is wanted, if it waits to hear that. */
    void answer(int leader) {
        if (owedZxid != 0 && !storing) {
            int wanted = owedZxid == zxid ? next : 0;
            replica.effects.send(leader, new Message.SnapshotReply(replica.epoch, owedZxid, wanted));
            owedZxid = 0;
        }
    }

    @Override
    public String toString() {
        return zxid == 0 && !storing
                ? ""
                : " snapshot=0x" + Long.toHexString(zxid) + "/" + next + (storing ? " storing" : "");
    }
}
