package io.pinfold.cli.sim;

import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.Ranking;
import io.pinfold.locks.DistributedLock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Programs that contend for one lock. Confined to the world's thread. */
final class LockPlayers implements Players {
    private static final String PATH = "/locks/one";
    private static final PlaceNames NAMES = new PlaceNames("lock-");
    private static final int CONTENDERS = 3;

    private final List<Contestant> contestants = new ArrayList<>();

    LockPlayers(Setting setting) {
        for (int i = 0; i < CONTENDERS; i++) {
            contestants.add(new Contestant(setting, "locker" + i, PATH, life -> acquire(setting, life)));
        }
    }

    private static CompletableFuture<? extends Lease> acquire(Setting setting, Life life) {
        if (setting.has(Mistake.TWO_LET_IN)) {
            PlaceTerms terms = PlaceTerms.exclusive(PATH, NAMES).withRanking(Ranking.firstOf(NAMES, 2));
            return Contention.enter(life.client(), terms).answer(place -> place.orElseThrow());
        }
        return DistributedLock.at(life.client(), PATH).acquireAsync();
    }

    @Override
    public void start() {
        contestants.forEach(Contestant::start);
    }

    @Override
    public void calm() {
        contestants.forEach(Contestant::calm);
    }

    @Override
    public void requireDone() {
        contestants.forEach(Contestant::requireDone);
    }

    @Override
    public long feats() {
        return contestants.stream().mapToLong(Contestant::grants).sum();
    }
}
