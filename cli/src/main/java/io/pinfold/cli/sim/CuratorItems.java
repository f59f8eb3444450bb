package io.pinfold.cli.sim;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.ZnodePath;
import io.pinfold.queue.CuratorQueueKind;
import io.pinfold.queue.PutOptions;
import io.pinfold.testing.sim.Holders.Claim;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What programs with Apache Curator's queues put and take. A put whose reply is lost they leave alone. Takers of
 * {@code DistributedQueue} and its like lock an item, handle it, delete it and its lock; those of {@code SimpleDistributedQueue}
 * delete it and have it. Confined to the world's thread.
 */
final class CuratorItems {
    private static final int VERSION = 0x00010001;
    private static final byte ITEM = 1;
    private static final byte END = 2;
    private static final int HEAD = 2 * Integer.BYTES + 1;
    private static final int EMPTY = 40;

    private final QueueWorld world;
    private final QueueLedger ledger;
    private final CuratorQueueKind kind;
    private final String marker;

    CuratorItems(QueueWorld world, CuratorQueueKind kind) {
        this.world = world;
        this.ledger = world.ledger();
        this.kind = kind;
        this.marker = kind == CuratorQueueKind.SIMPLE ? "qn-" : "queue-";
    }

    private byte[] data(String item) {
        byte[] payload = item.getBytes(StandardCharsets.UTF_8);
        if (kind == CuratorQueueKind.SIMPLE) {
            return payload;
        }
        return ByteBuffer.allocate(HEAD + payload.length + 1)
                .putInt(VERSION)
                .put(ITEM)
                .putInt(payload.length)
                .put(payload)
                .put(END)
                .array();
    }

    private String item(byte @Nullable [] data) {
        if (data == null) {
            throw new IllegalStateException("An item without data");
        }
        return kind == CuratorQueueKind.SIMPLE
                ? new String(data, StandardCharsets.UTF_8)
                : new String(data, HEAD, data.length - HEAD - 1, StandardCharsets.UTF_8);
    }

    // ---- put -------------------------------------------------------------------------------------------------------

    CuratorProgram.Wish put(CuratorProcess process, Runnable granted) {
        return new Put(process, granted);
    }

    private final class Put implements CuratorProgram.Wish {
        private final CuratorProcess process;
        private final Runnable done;

        Put(CuratorProcess process, Runnable done) {
            this.process = process;
            this.done = done;
        }

        @Override
        public void begin() {
            process.makeContainers(QueueWorld.PATH, () -> {
                if (!world.isFull()) {
                    String item = world.newItem(process.name());
                    ledger.putBegun(List.of(item), process.name(), PutOptions.DEFAULT);
                    create(item);
                }
            });
        }

        private void create(String item) {
            String name = kind == CuratorQueueKind.PRIORITY ? marker + "100000001" : marker;
            int flags = CreateMode.PERSISTENT_SEQUENTIAL.flag();
            String path = ZnodePath.child(QueueWorld.PATH, name);
            process.session()
                    .ask(new Request.Create(OpCode.CREATE, path, data(item), Acl.OPEN, flags, -1), (code, body) -> {
                        ledger.putEnded(item, process.outcome(code));
                        done.run();
                    });
        }

        @Override
        public void release() {}
    }

    // ---- take ------------------------------------------------------------------------------------------------------

    CuratorProgram.Wish take(CuratorProcess process, Runnable granted) {
        return new Take(process, granted);
    }

    private final class Take implements CuratorProgram.Wish {
        private final CuratorProcess process;
        private final Runnable granted;
        private String item = "";
        private String path = "";
        private String lock = "";
        private long session;
        private boolean over;
        /** A deletion lost its reply. */
        private boolean doubt;

        Take(CuratorProcess process, Runnable granted) {
            this.process = process;
            this.granted = granted;
        }

        @Override
        public void begin() {
            process.children(QueueWorld.PATH, names -> {
                List<String> inOrder = names.stream()
                        .filter(name -> name.startsWith(marker))
                        .sorted()
                        .toList();
                next(inOrder.iterator());
            });
        }

        private void next(Iterator<String> names) {
            if (!names.hasNext()) {
                process.after(EMPTY, this::begin);
                return;
            }
            String name = names.next();
            path = ZnodePath.child(QueueWorld.PATH, name);
            lock = ZnodePath.child(world.locks(), name);
            if (kind == CuratorQueueKind.SIMPLE) {
                poll(names);
            } else {
                process.makeContainers(world.locks(), () -> lock(names));
            }
        }

        private void lock(Iterator<String> names) {
            int flags = CreateMode.EPHEMERAL.flag();
            Request creation = new Request.Create(OpCode.CREATE2, lock, process.data(), Acl.OPEN, flags, -1);
            process.session().ask(creation, (code, body) -> {
                if (code == ErrorCode.OK) {
                    ReplyBodies.readCreated(body, (made, stat) -> {
                        session = stat.ephemeralOwner();
                        read(names, stat.czxid());
                        return null;
                    });
                } else if (code == ErrorCode.NODE_EXISTS) {
                    next(names); // somebody else's, or its own of which it was not told
                } else {
                    process.later(this::begin);
                }
            });
        }

        private void read(Iterator<String> names, long token) {
            process.session().ask(new Request.GetData(path, false), (code, body) -> {
                if (code != ErrorCode.OK) {
                    process.delete(lock);
                    process.later(this::begin);
                    return;
                }
                item = ReplyBodies.readData(body, (data, stat) -> item(data));
                ledger.delivered(item, process.name(), 0);
                world.setting().holders().gained("queue item " + item, process.name(), token, this::claim);
                granted.run();
            });
        }

        private Claim claim() {
            if (over || process.isDead() || session != process.session().id()) {
                return Claim.OVER;
            }
            return process.session().isSure() ? Claim.HELD : Claim.UNCERTAIN;
        }

        /** Whoever deletes it has it, whatever locks say. */
        private void poll(Iterator<String> names) {
            process.session().ask(new Request.GetData(path, false), (code, body) -> {
                if (code == ErrorCode.OK) {
                    item = ReplyBodies.readData(body, (data, stat) -> item(data));
                    ledger.ackBegun(item);
                    process.session().ask(new Request.Delete(path, -1), (deleted, nothing) -> {
                        ledger.takenAway(item, process.name(), process.outcome(deleted));
                        granted.run();
                    });
                } else if (code == ErrorCode.NO_NODE) {
                    next(names);
                } else {
                    process.later(this::begin);
                }
            });
        }

        @Override
        public void release() {
            over = true;
            if (kind != CuratorQueueKind.SIMPLE) {
                ledger.ackBegun(item);
                remove();
            }
        }

        private void remove() {
            process.session().ask(new Request.Delete(path, -1), (code, body) -> {
                Outcome outcome = process.outcome(code);
                if (outcome == Outcome.UNKNOWN) {
                    doubt = true;
                    process.later(this::remove);
                    return;
                }
                boolean maybe = doubt && outcome == Outcome.REFUSED;
                ledger.takenAway(item, process.name(), maybe ? Outcome.UNKNOWN : outcome);
                process.delete(lock);
            });
        }
    }
}
