package io.pinfold.cli.sim;

import io.pinfold.election.ElectionLayout;
import io.pinfold.election.LeaderElection;
import io.pinfold.election.Leadership;
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

/**
 * Candidates of one election and onlookers: some campaign for one term at a time, some run again and again, some are with Apache
 * Curator; one stays to the end, and has to lead then. Confined to the world's thread.
 */
final class ElectionPlayers implements Players {
    static final String PATH = "/elections/one";
    private static final int RUNNERS = 2;
    private static final int CAMPAIGNERS = 2;

    private final Setting setting;
    private final ElectionLayout layout;
    private final PlaceNames names;
    private final Cast cast = new Cast();
    private final List<Runner> runners = new ArrayList<>();
    private final List<Onlooker> onlookers = new ArrayList<>();

    ElectionPlayers(Setting setting) {
        this.setting = setting;
        boolean latch = setting.stage().below("election.layout", 2) == 0;
        this.layout = latch ? ElectionLayout.LATCH : ElectionLayout.SELECTOR;
        this.names = new PlaceNames(latch ? "latch-" : "lock-");
        for (int i = 0; i < RUNNERS; i++) {
            runners.add(new Runner(setting, "runner" + i, layout, i == 0));
            onlookers.add(new Onlooker(setting, "onlooker" + i, layout, i == 0));
        }
        for (int i = 0; i < CAMPAIGNERS; i++) {
            cast.add(new Contestant<>(setting, "candidate" + i, PATH, Campaign::new));
        }
        runners.forEach(cast::add);
        onlookers.forEach(cast::add);
        for (int i = setting.stage().below("election.curators", 3) - 1; i > 0; i--) {
            cast.add(new CuratorProgram(setting.stage(), "latch" + i, this::wish));
        }
    }

    /** One wish to lead. */
    private final class Campaign implements Contestant.Wish<Lease> {
        private final Life life;
        private final LeaderElection election;

        Campaign(Life life) {
            this.life = life;
            this.election = LeaderElection.builder(life.client(), PATH)
                    .candidate(life.name())
                    .layout(layout)
                    .build();
        }

        @Override
        public CompletableFuture<? extends Lease> ask() {
            if (setting.has(Mistake.TWO_LEADERS)) {
                PlaceTerms terms = PlaceTerms.exclusive(PATH, names).withRanking(Ranking.firstOf(names, 2));
                return Contention.enter(life.client(), terms).answer(Optional::orElseThrow);
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
            if (lease.isHeld()) {
                Queues.requireTurn(setting.stage(), lease.path(), List.of(names));
            }
        }

        @Override
        public void giveBack(Lease lease) {
            if (lease instanceof Leadership leadership && life.oneIn("transfers", 3)) {
                leadership
                        .transferToAsync("runner" + life.below("successor", RUNNERS), Duration.ofMillis(200))
                        .whenComplete((done, failure) -> leadership.close());
            } else {
                lease.close();
            }
        }
    }

    private CuratorProgram.Wish wish(CuratorProcess process, Runnable granted) {
        return CuratorQueue.exclusive(setting, process, PATH, names.marker(), granted);
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        cast.requireDone();
        long term = runners.get(0).term();
        onlookers.forEach(onlooker -> onlooker.requireSees(term));
        Queues.requireCount(setting.stage(), PATH, 1);
    }

    @Override
    public long feats() {
        return cast.grants();
    }
}
