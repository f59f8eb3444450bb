package io.pinfold.cli.sim;

import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.Ranking;
import io.pinfold.locks.DistributedLock;
import io.pinfold.testing.sim.Holders.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Programs that contend for one lock, some of them with Apache Curator. Confined to the world's thread. */
final class LockPlayers implements Players {
    private static final String PATH = "/locks/one";
    private static final PlaceNames NAMES = new PlaceNames("lock-");
    private static final int CONTENDERS = 3;

    private final Setting setting;
    private final GuardedWrites guarded;
    private final FencedResource fenced;
    private final Cast cast = new Cast();
    private long ownGrants;

    LockPlayers(Setting setting) {
        this.setting = setting;
        this.guarded = new GuardedWrites(setting, "lock");
        this.fenced = new FencedResource(setting, "what the lock protects");
        for (int i = 0; i < CONTENDERS; i++) {
            cast.add(new Contestant<>(setting, "locker" + i, PATH, Wish::new));
        }
        for (int i = setting.stage().below("lock.curators", 3); i > 0; i--) {
            cast.add(new CuratorProgram(setting.stage(), "mutex" + i, this::wish));
        }
    }

    /** One wish for the lock. */
    private final class Wish implements Contestant.Wish<Lease> {
        private final Life life;
        private final DistributedLock lock;

        Wish(Life life) {
            this.life = life;
            this.lock = DistributedLock.at(life.client(), PATH);
        }

        @Override
        public CompletableFuture<Lease> ask() {
            if (setting.has(Mistake.TWO_LET_IN)) {
                PlaceTerms terms = PlaceTerms.exclusive(PATH, NAMES).withRanking(Ranking.firstOf(NAMES, 2));
                return Contention.enter(life.client(), terms).answer(place -> place.orElseThrow());
            }
            return lock.acquireAsync();
        }

        @Override
        public CompletableFuture<Optional<Lease>> ask(Duration timeout) {
            return lock.tryAcquireAsync(timeout);
        }

        @Override
        public void granted(Lease lease) {
            long token = setting.has(Mistake.OWN_COUNT_AS_TOKEN) ? ++ownGrants % 7 : lease.fencingToken();
            setting.holders().gained(PATH, life.holder(), token, () -> claim(lease));
            if (lease.isHeld()) {
                Queues.requireTurn(setting.stage(), lease.path(), List.of(NAMES));
            }
            guarded.granted(life, lease);
        }

        private Claim claim(Lease lease) {
            Claim claim = Claims.of(life, lease.state());
            boolean overlooked = setting.has(Mistake.LOSS_OVERLOOKED) && lease.state() == LeaseState.LOST;
            return overlooked && !life.isOver() ? Claim.HELD : claim;
        }

        @Override
        public void work(Lease lease) {
            guarded.write(life, lease);
            fenced.write(life, lease);
        }

        @Override
        public void giveBack(Lease lease) {
            lease.close();
        }
    }

    private CuratorProgram.Wish wish(CuratorProcess process, Runnable granted) {
        return CuratorQueue.exclusive(setting, process, PATH, NAMES.marker(), granted);
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
