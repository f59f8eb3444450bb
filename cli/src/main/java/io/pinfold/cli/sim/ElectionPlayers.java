package io.pinfold.cli.sim;

import io.pinfold.election.LeaderElection;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Candidates of one election. Confined to the world's thread. */
final class ElectionPlayers implements Players {
    private static final String PATH = "/elections/one";
    private static final PlaceNames NAMES = new PlaceNames("latch-");
    private static final int CANDIDATES = 3;

    private final List<Contestant> candidates = new ArrayList<>();

    ElectionPlayers(Setting setting) {
        for (int i = 0; i < CANDIDATES; i++) {
            candidates.add(new Contestant(setting, "candidate" + i, PATH, life -> campaign(setting, life)));
        }
    }

    private static CompletableFuture<? extends Lease> campaign(Setting setting, Life life) {
        if (setting.has(Mistake.TWO_LEADERS)) {
            PlaceTerms terms = PlaceTerms.exclusive(PATH, NAMES).withRanking(Ranking.firstOf(NAMES, 2));
            return Contention.enter(life.client(), terms).answer(place -> place.orElseThrow());
        }
        return LeaderElection.at(life.client(), PATH).campaignAsync();
    }

    @Override
    public void start() {
        candidates.forEach(Contestant::start);
    }

    @Override
    public void calm() {
        candidates.forEach(Contestant::calm);
    }

    @Override
    public void requireDone() {
        candidates.forEach(Contestant::requireDone);
    }

    @Override
    public long feats() {
        return candidates.stream().mapToLong(Contestant::grants).sum();
    }
}
