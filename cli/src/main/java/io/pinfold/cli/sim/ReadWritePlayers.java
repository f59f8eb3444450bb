package io.pinfold.cli.sim;

import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.Ranking;
import io.pinfold.locks.DistributedReadWriteLock;
import io.pinfold.locks.WriteLease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Readers and writers of one lock, some of them with Apache Curator; now and then a writer goes on as a reader. Confined to the
 * world's thread.
 */
final class ReadWritePlayers implements Players {
    private static final String PATH = "/books/one";
    private static final PlaceNames READERS = new PlaceNames("__READ__");
    private static final PlaceNames WRITERS = new PlaceNames("__WRIT__");
    private static final List<String> MARKERS = List.of(READERS.marker(), WRITERS.marker());
    private static final int PROGRAMS = 4;
    /** What a writer has of the lock; a reader has one part of it. */
    private static final int WHOLE = 1000;

    private final Setting setting;
    private final Cast cast = new Cast();
    private long lastWriter;

    ReadWritePlayers(Setting setting) {
        this.setting = setting;
        for (int i = 0; i < PROGRAMS; i++) {
            cast.add(new Contestant<>(setting, "clerk" + i, PATH, Wish::new));
        }
        for (int i = setting.stage().below("book.curators", 3); i > 0; i--) {
            cast.add(new CuratorProgram(setting.stage(), "scribe" + i, this::wish));
        }
    }

    private void granted(String holder, boolean writing, Lease lease, Life life) {
        setting.holders()
                .gained(
                        PATH,
                        holder,
                        lease.fencingToken(),
                        writing ? WHOLE : 1,
                        WHOLE,
                        () -> Claims.of(life, lease.state()));
        if (lease.isHeld()) {
            lastWriter = writing ? Math.max(lastWriter, lease.fencingToken()) : lastWriter;
            Queues.requireTurn(setting.stage(), lease.path(), writing ? List.of(READERS, WRITERS) : List.of(WRITERS));
        }
    }

    /** One wish to read or to write. */
    private final class Wish implements Contestant.Wish<Lease> {
        private final Life life;
        private final boolean writing;
        private final DistributedReadWriteLock lock;

        Wish(Life life) {
            this.life = life;
            this.writing = life.oneIn("writes", 3);
            this.lock = DistributedReadWriteLock.at(life.client(), PATH);
        }

        @Override
        public CompletableFuture<? extends Lease> ask() {
            if (setting.has(Mistake.WRITERS_OVERLOOKED) && !writing) {
                PlaceTerms terms =
                        PlaceTerms.exclusive(PATH, READERS).withRanking((own, names) -> Ranking.Standing.HELD);
                return Contention.enter(life.client(), terms).answer(Optional::orElseThrow);
            }
            return writing ? lock.write().acquireAsync() : lock.read().acquireAsync();
        }

        @Override
        public CompletableFuture<? extends Optional<? extends Lease>> ask(Duration timeout) {
            return writing ? lock.write().tryAcquireAsync(timeout) : lock.read().tryAcquireAsync(timeout);
        }

        @Override
        public void granted(Lease lease) {
            ReadWritePlayers.this.granted(life.holder(), writing, lease, life);
        }

        @Override
        public void giveBack(Lease lease) {
            if (lease instanceof WriteLease written && life.oneIn("downgrades", 2)) {
                downgrade(written);
            } else {
                lease.close();
            }
        }

        private void downgrade(WriteLease written) {
            if (setting.has(Mistake.DOWNGRADED_WITH_A_GAP)) {
                written.close();
                lock.read().acquireAsync().thenAccept(reader -> reading(written.fencingToken(), reader));
                return;
            }
            written.downgradeAsync().whenComplete((reader, failure) -> {
                if (reader != null) {
                    reading(written.fencingToken(), reader);
                } else {
                    written.close();
                }
            });
        }

        private void reading(long token, Lease reader) {
            setting.holders().gained(PATH, life.holder(), token, 1, WHOLE, () -> Claims.of(life, reader.state()));
            if (reader.isHeld() && !life.isOver() && lastWriter > token) {
                setting.stage()
                        .broken(
                                "downgrade",
                                "writer " + lastWriter + " came in while writer " + token + " became a reader");
            }
            life.within("reads", 40, reader::close);
        }
    }

    private CuratorProgram.Wish wish(CuratorProcess process, Runnable granted) {
        boolean writing = process.oneIn("writes", 3);
        PlaceNames names = writing ? WRITERS : READERS;
        CuratorQueue.Rule rule = writing ? CuratorQueue.FIRST : ReadWritePlayers::firstWriter;
        return new CuratorQueue(process, PATH, names.marker(), MARKERS, rule, queue -> {
            CuratorPlace place = queue.place();
            lastWriter = writing ? Math.max(lastWriter, place.czxid()) : lastWriter;
            setting.holders().gained(PATH, place.name(), place.czxid(), writing ? WHOLE : 1, WHOLE, queue::claim);
            granted.run();
        });
    }

    private static Optional<String> firstWriter(int own, List<String> queue) {
        return queue.subList(0, own).stream()
                .filter(name -> name.contains(WRITERS.marker()))
                .findFirst();
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        cast.requireDone();
        Queues.requireEmpty(setting.stage(), PATH);
    }

    @Override
    public long feats() {
        return cast.grants();
    }
}
