package io.pinfold.cli.sim;

import io.pinfold.locks.JobGuard;
import io.pinfold.locks.JobRun;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Programs that try to do a periodical job, each by a clock of its own; some runs fail. Confined to the world's thread.
 */
final class JobPlayers implements Players {
    private static final String PATH = "/jobs/one";
    private static final String PROMISE = "once in a period";
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final int PROGRAMS = 4;
    private static final int SKEW = 1000;

    private final Setting setting;
    private final Cast cast = new Cast();
    private final boolean atMostOnce;
    private final Set<Long> begun = new HashSet<>();
    private final Set<Long> completed = new HashSet<>();
    private long lastSlot = Long.MIN_VALUE;

    JobPlayers(Setting setting) {
        this.setting = setting;
        this.atMostOnce = setting.mistake() == null && setting.stage().below("jobs.once", 2) == 0;
        for (int i = 0; i < PROGRAMS; i++) {
            cast.add(new Program(setting.stage(), "cron" + i, this::live));
        }
        setting.stage().onCommit(this::look);
    }

    private void look() {
        ZnodeView record = setting.stage().committed(PATH);
        if (record != null && !record.data().isEmpty()) {
            long slot = Long.parseLong(record.data().split(" ")[0]);
            if (slot < lastSlot && setting.mistake() == null) {
                setting.stage().broken(PROMISE, "slot " + slot + " is recorded after slot " + lastSlot);
            }
            lastSlot = slot;
        }
    }

    private void live(Life life) {
        int skew = life.below("skew", SKEW);
        JobGuard.Builder builder = JobGuard.builder(life.client(), PATH)
                .period(PERIOD)
                .catchUp(life.below("missed", 2))
                .clock(() -> Instant.ofEpochMilli(life.host().wallMillis() + skew));
        attempt(life, (atMostOnce ? builder.atMostOnce() : builder).build());
    }

    private void attempt(Life life, JobGuard guard) {
        if (life.isCalm()) {
            return;
        }
        guard.tryBeginAsync().whenComplete((run, failure) -> {
            Optional<JobRun> due = run == null ? Optional.empty() : run;
            due.ifPresent(each -> work(life, each));
            life.within("try", 150, () -> attempt(life, guard));
        });
    }

    private void work(Life life, JobRun run) {
        setting.holders()
                .gained(
                        PATH,
                        life.holder(),
                        run.fencingToken(),
                        () -> Claims.of(life, run.lease().state()));
        if (!begun.add(run.slot()) && atMostOnce) {
            setting.stage().broken(PROMISE, "slot " + run.slot() + " is begun again");
        }
        switch (life.below("fate", 20)) {
            case 0 -> life.killAndRestart();
            case 1, 2 -> life.holdUp(life.below("pause", 4000));
            default -> {}
        }
        life.within("work", 60, () -> end(life, run));
    }

    private void end(Life life, JobRun run) {
        if (life.oneIn("fails", 6)) {
            run.close();
        } else if (setting.has(Mistake.RECORDED_WHEN_OVER)) {
            run.close();
            byte[] data = (run.slot() + " 0 nobody").getBytes(StandardCharsets.UTF_8);
            life.client().async().set(PATH, data, -1).thenRun(() -> completed(run));
        } else {
            run.completeAsync().whenComplete((done, failure) -> {
                if (failure == null) {
                    completed(run);
                }
                run.close();
            });
        }
    }

    private void completed(JobRun run) {
        if (!completed.add(run.slot())) {
            setting.stage().broken(PROMISE, "slot " + run.slot() + " is completed twice");
        }
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        Queues.requireEmpty(setting.stage(), PATH + "/running");
    }

    @Override
    public long feats() {
        return completed.size();
    }
}
