package io.pinfold.cli.sim;

import io.pinfold.election.LeaderElection;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.Ranking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Candidates of one election. Confined to the world's thread. */
final class ElectionPlayers implements Players {
    private static final String PATH = "/elections/one";
    private static final PlaceNames NAMES = new PlaceNames("latch-");
    private static final int CANDIDATES = 3;

    private final Setting setting;
    private final List<Contestant<Lease>> candidates = new ArrayList<>();

    ElectionPlayers(Setting setting) {
        this.setting = setting;
        for (int i = 0; i < CANDIDATES; i++) {
            candidates.add(new Contestant<>(setting, "candidate" + i, PATH, Campaign::new));
        }
    }

    /** One wish to lead. */
    private final class Campaign implements Contestant.Wish<Lease> {
        private final Life life;
        private final LeaderElection election;

        Campaign(Life life) {
            this.life = life;
            this.election = LeaderElection.at(life.client(), PATH);
        }

        @Override
        public CompletableFuture<? extends Lease> ask() {
            if (setting.has(Mistake.TWO_LEADERS)) {
                PlaceTerms terms = PlaceTerms.exclusive(PATH, NAMES).withRanking(Ranking.firstOf(NAMES, 2));
                return Contention.enter(life.client(), terms).answer(place -> place.orElseThrow());
            }
            return election.campaignAsync();
        }

        @Override
        public CompletableFuture<? extends Optional<? extends Lease>> ask(Duration timeout) {
            return election.tryCampaignAsync(timeout);
        }

        @Override
        public void granted(Lease lease) {
            setting.holders().gained(PATH, life.holder(), lease.fencingToken(), () -> Claims.of(life, lease.state()));
        }

        @Override
        public void giveBack(Lease lease) {
            lease.close();
        }
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
        Queues.requireEmpty(setting.stage(), PATH);
    }

    @Override
    public long feats() {
        return candidates.stream().mapToLong(Contestant::grants).sum();
    }
}
