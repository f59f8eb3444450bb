package io.pinfold.cli.sim;

import io.pinfold.CreateMode;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedSemaphore;
import io.pinfold.locks.Permits;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Programs that want some of a few permits; in some worlds somebody changes how many there are, in others some programs are with
 * Apache Curator, which goes by its own number. Confined to the world's thread.
 */
final class SemaphorePlayers implements Players {
    private static final String PATH = "/permits/one";
    private static final String LEASES = PATH + "/leases";
    private static final String PROMISE = "permits";
    private static final int SIZE = 3;
    private static final int LARGEST = 5;
    private static final int PROGRAMS = 4;

    private final Setting setting;
    private final Cast cast = new Cast();
    /** Whether some are with Curator. */
    private final boolean mixed;
    /** Whether the size changes. */
    private final boolean resized;

    private int given;

    SemaphorePlayers(Setting setting) {
        this.setting = setting;
        for (int i = 0; i < PROGRAMS; i++) {
            cast.add(new Contestant<>(setting, "worker" + i, PATH, Wish::new));
        }
        int curators = Math.max(0, setting.stage().below("permits.curators", 4) - 1);
        for (int i = curators; i > 0; i--) {
            cast.add(new CuratorProgram(
                    setting.stage(),
                    "porter" + i,
                    (process, granted) -> new CuratorPermit(setting, process, PATH, SIZE, granted)));
        }
        mixed = curators > 0;
        resized = !mixed && setting.mistake() == null;
        if (resized) {
            cast.add(new Program(setting.stage(), "resizer", this::resize));
        }
        setting.stage().onCommit(this::look);
    }

    /** Curator's programs create the znode first and wait then, so that with them the number of znodes says nothing. */
    private void look() {
        ZnodeView leases = setting.stage().committed(LEASES);
        ZnodeView size = setting.stage().committed(PATH);
        if (leases == null || size == null || size.data().isEmpty() || mixed) {
            return;
        }
        int now = leases.children().size();
        int limit = Integer.parseInt(size.data().split(" ")[0]);
        if (now > given && now > limit) {
            setting.stage().broken(PROMISE, now + " permits of " + limit + " are given out");
        }
        given = now;
    }

    private void resize(Life life) {
        if (!life.isCalm()) {
            DistributedSemaphore.at(life.client(), PATH).resizeAsync(2 + life.below("size", LARGEST - 1));
            life.within("resize", 1500, () -> resize(life));
        }
    }

    /** One wish for some permits. */
    private final class Wish implements Contestant.Wish<Lease> {
        private final Life life;
        private final int count;
        private final DistributedSemaphore semaphore;

        Wish(Life life) {
            this.life = life;
            this.count = 1 + life.below("count", SIZE);
            this.semaphore = DistributedSemaphore.builder(life.client(), PATH)
                    .permits(SIZE)
                    .build();
        }

        @Override
        public CompletableFuture<? extends Lease> ask() {
            if (setting.has(Mistake.ONE_PERMIT_BY_ONE)) {
                return more(semaphore.acquireAsync(), count - 1);
            }
            if (setting.has(Mistake.TURN_NOT_AWAITED)) {
                return takeOutOfTurn();
            }
            return semaphore.permits(count).acquireAsync();
        }

        @Override
        public CompletableFuture<? extends Optional<? extends Lease>> ask(Duration timeout) {
            return semaphore.permits(count).tryAcquireAsync(timeout);
        }

        private CompletableFuture<Permits> more(CompletableFuture<Permits> first, int others) {
            return others == 0 ? first : first.thenCompose(one -> more(semaphore.acquireAsync(), others - 1));
        }

        /** Counts, and takes one permit without being the only one who does so. */
        private CompletableFuture<Permits> takeOutOfTurn() {
            AsyncClient calls = life.client().async();
            return semaphore
                    .acquireAsync()
                    .thenCompose(own -> calls.children(LEASES, null)
                            .thenCompose(children -> children.names().size() < SIZE
                                    ? calls.create(
                                                    LEASES + "/_c_x-lease-",
                                                    new byte[0],
                                                    CreateOptions.of(CreateMode.EPHEMERAL_SEQUENTIAL))
                                            .thenApply(created -> own)
                                    : CompletableFuture.completedFuture(own)));
        }

        @Override
        public void granted(Lease permits) {
            setting.holders()
                    .gained(
                            PATH,
                            life.holder(),
                            permits.fencingToken(),
                            count,
                            resized ? LARGEST : SIZE,
                            () -> Claims.of(life, permits.state()));
            if (permits.isHeld() && setting.mistake() == null) {
                requireAll(permits);
            }
        }

        /** All or none: what was taken together was created by one transaction. */
        private void requireAll(Lease permits) {
            ZnodeView leases = setting.stage().committed(LEASES);
            long taken = leases == null
                    ? 0
                    : leases.children().stream()
                            .map(name -> setting.stage().committed(LEASES + '/' + name))
                            .filter(node -> node != null && node.czxid() == permits.fencingToken())
                            .count();
            boolean gone = taken == 0; // the session ended this moment
            if (taken != count && !gone) {
                setting.stage().broken(PROMISE, life.holder() + " was given " + taken + " of " + count + " permits");
            }
        }

        @Override
        public void giveBack(Lease permits) {
            permits.close();
        }
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        cast.requireDone();
        Queues.requireEmpty(setting.stage(), LEASES);
        Queues.requireEmpty(setting.stage(), PATH + "/locks");
    }

    @Override
    public long feats() {
        return cast.grants();
    }
}
