package io.pinfold.cli.sim;

import io.pinfold.election.ElectionLayout;
import io.pinfold.election.Leader;
import io.pinfold.election.LeaderObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A program that looks who leads, in each of its lives anew. Confined to the world's thread. */
final class Onlooker implements Cast.Actor {
    private static final String PROMISE = "terms are seen in order";
    private static final int KILLED_WITHIN = 8000;

    private final Setting setting;
    private final Program program;
    private final ElectionLayout layout;
    private final boolean everyTerm;
    private @Nullable LeaderObserver observer;
    private long lastTerm;

    Onlooker(Setting setting, String name, ElectionLayout layout, boolean everyTerm) {
        this.setting = setting;
        this.layout = layout;
        this.everyTerm = everyTerm;
        this.program = new Program(setting.stage(), name, this::live);
    }

    @Override
    public void start() {
        program.start();
    }

    @Override
    public void calm() {
        program.calm();
    }

    private void live(Life life) {
        lastTerm = 0;
        LeaderObserver.Builder builder =
                LeaderObserver.builder(life.client(), ElectionPlayers.PATH).layout(layout);
        LeaderObserver looking = (everyTerm ? builder.everyTerm() : builder).build();
        observer = looking;
        looking.onChange(leader -> {
            if (setting.has(Mistake.SEEN_OUT_OF_ORDER)) {
                life.within("dozes", 200, () -> saw(leader));
            } else {
                saw(leader);
            }
        });
        life.within("dies", KILLED_WITHIN, () -> {
            if (!life.isCalm()) {
                life.killAndRestart();
            }
        });
    }

    private void saw(Optional<Leader> leader) {
        long term = leader.map(Leader::term).orElse(lastTerm);
        if (term < lastTerm) {
            setting.stage().broken(PROMISE, "term " + term + " is seen after term " + lastTerm);
        }
        lastTerm = term;
    }

    /** Fails unless it sees this leader. */
    void requireSees(long term) {
        Optional<Leader> seen = observer == null ? Optional.empty() : observer.leader();
        if (seen.isEmpty() || seen.get().term() != term) {
            throw new AssertionError(
                    "term " + term + " has begun, and " + program.life().holder() + " sees " + seen);
        }
    }
}
