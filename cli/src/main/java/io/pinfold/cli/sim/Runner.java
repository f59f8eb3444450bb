package io.pinfold.cli.sim;

import io.pinfold.election.ElectionLayout;
import io.pinfold.election.LeaderElection;
import io.pinfold.election.Leadership;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A candidate that runs for one term after the other; it resigns, fails, hands over, is held up and killed. The one that stays
 * goes on to the end of the world. Confined to the world's thread.
 */
final class Runner implements Cast.Actor {
    private static final String PROMISE = "a body never overlaps itself";

    private final Setting setting;
    private final Program program;
    private final ElectionLayout layout;
    private final boolean stays;
    private int terms;
    private boolean calm;
    /** Of the present life. */
    private @Nullable LeaderElection election;

    private @Nullable Leadership leading;
    private @Nullable CompletableFuture<Void> closed;

    Runner(Setting setting, String name, ElectionLayout layout, boolean stays) {
        this.setting = setting;
        this.layout = layout;
        this.stays = stays;
        this.program = new Program(setting.stage(), name, this::live);
    }

    @Override
    public void start() {
        program.start();
    }

    @Override
    public void calm() {
        calm = true;
        program.calm();
        Life life = program.life();
        life.run(() -> closeIfCalm(life));
    }

    private void closeIfCalm(Life life) {
        LeaderElection running = election;
        if (calm && !stays && running != null && !life.isOver()) {
            closed = running.closeAsync();
        }
    }

    @Override
    public int grants() {
        return terms;
    }

    /** {@return the number of the term of the one that stays} */
    long term() {
        return leading == null ? 0 : leading.term();
    }

    @Override
    public void requireDone() {
        String who = program.life().holder();
        if (stays && (leading == null || !leading.isHeld())) {
            throw new AssertionError(who + " is the only candidate and does not lead");
        }
        if (!stays && (closed == null || !closed.isDone())) {
            throw new AssertionError(who + " never leaves the election");
        }
    }

    private void live(Life life) {
        leading = null;
        LeaderElection standing = LeaderElection.builder(life.client(), ElectionPlayers.PATH)
                .candidate(life.name())
                .metadata("at " + life.holder())
                .layout(layout)
                .onFailure(failure -> {}) // as it is told to
                .build();
        election = standing;
        if (setting.has(Mistake.STOOD_ONCE)) {
            standing.campaignAsync().thenAccept(leadership -> lead(life, leadership));
        } else {
            standing.runAsync(leadership -> lead(life, leadership));
        }
        closeIfCalm(life);
        disturb(life, standing);
    }

    /** Now and then somebody wants another one to lead. */
    private void disturb(Life life, LeaderElection standing) {
        life.within("disturb", 1000, () -> {
            if (!life.isCalm()) {
                if (life.oneIn("resigns", 2)) {
                    standing.resign();
                } else {
                    standing.transferTo("candidate" + life.below("successor", 2), Duration.ofMillis(300));
                }
                disturb(life, standing);
            }
        });
    }

    private CompletionStage<?> lead(Life life, Leadership leadership) {
        terms++;
        if (leading != null) {
            setting.stage().broken(PROMISE, life.holder() + " leads term " + leadership.term() + " within another");
        }
        leading = leadership;
        setting.holders()
                .gained(
                        ElectionPlayers.PATH,
                        life.holder(),
                        leadership.term(),
                        () -> Claims.of(life, leadership.state()));
        if (!life.isCalm()) {
            switch (life.below("fate", 20)) {
                case 0 -> life.killAndRestart();
                case 1, 2 -> life.holdUp(life.below("pause", 4000));
                default -> {}
            }
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        boolean fails = life.oneIn("fails", 8);
        life.within("term", 80, () -> resign(life, over, fails));
        leadership.ended().thenRun(() -> life.within("stop", 40, () -> stop(life, over, false)));
        return setting.has(Mistake.BODY_GOES_ON) ? CompletableFuture.completedFuture(null) : over;
    }

    /** Has led for long enough; in the end it leads as long as nobody else wants to. */
    private void resign(Life life, CompletableFuture<Void> over, boolean fails) {
        ZnodeView candidates = setting.stage().committed(ElectionPlayers.PATH);
        boolean alone = candidates == null || candidates.children().size() < 2;
        if (calm && stays && alone && !over.isDone()) {
            life.after(100, () -> resign(life, over, false));
        } else {
            stop(life, over, fails);
        }
    }

    private void stop(Life life, CompletableFuture<Void> over, boolean fails) {
        if (over.isDone()) {
            return;
        }
        if (program.life() == life) {
            leading = null;
        }
        if (fails) {
            over.completeExceptionally(new IllegalStateException("a body fails"));
        } else {
            over.complete(null);
        }
    }
}
