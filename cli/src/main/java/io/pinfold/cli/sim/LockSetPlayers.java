package io.pinfold.cli.sim;

import io.pinfold.ZnodePath;
import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedLock;
import io.pinfold.locks.LeaseSet;
import io.pinfold.locks.LockSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Programs that want some of three locks together, and others that want one of them. Confined to the world's thread. */
final class LockSetPlayers implements Players {
    private static final List<String> PATHS = List.of("/sets/a", "/sets/b", "/sets/c");
    private static final int PROGRAMS = 4;

    private final Setting setting;
    private final Cast cast = new Cast();

    LockSetPlayers(Setting setting) {
        this.setting = setting;
        for (int i = 0; i < PROGRAMS; i++) {
            cast.add(new Contestant<>(setting, "mover" + i, "a set of locks", Wish::new));
        }
    }

    /** One wish for some of the locks. */
    private final class Wish implements Contestant.Wish<List<Lease>> {
        private final Life life;
        /** In an order of its own. */
        private final List<String> wanted = new ArrayList<>();

        private final LockSet set;

        Wish(Life life) {
            this.life = life;
            int first = life.below("first", PATHS.size());
            int many = 1 + life.below("many", PATHS.size());
            int step = 1 + life.below("step", 2);
            for (int i = 0; i < many; i++) {
                wanted.add(PATHS.get((first + i * step) % PATHS.size()));
            }
            this.set = LockSet.of(life.client(), wanted.toArray(String[]::new));
        }

        @Override
        public CompletableFuture<List<Lease>> ask() {
            if (setting.has(Mistake.LOCKED_IN_OWN_ORDER)) {
                return more(new ArrayList<>());
            }
            return Asked.as(set.acquireAsync(), leases -> List.copyOf(leases.leases()), LeaseSet::close);
        }

        @Override
        public CompletableFuture<Optional<List<Lease>>> ask(Duration timeout) {
            return Asked.as(
                    set.tryAcquireAsync(timeout),
                    given -> given.map(leases -> List.copyOf(leases.leases())),
                    given -> given.ifPresent(LeaseSet::close));
        }

        private CompletableFuture<List<Lease>> more(List<Lease> had) {
            return had.size() == wanted.size()
                    ? CompletableFuture.completedFuture(had)
                    : DistributedLock.at(life.client(), wanted.get(had.size()))
                            .acquireAsync()
                            .thenCompose(lease -> {
                                had.add(lease);
                                return more(had);
                            });
        }

        @Override
        public void granted(List<Lease> leases) {
            for (Lease lease : leases) {
                String path = ZnodePath.parent(lease.path());
                setting.holders()
                        .gained(path, life.holder(), lease.fencingToken(), () -> Claims.of(life, lease.state()));
            }
        }

        @Override
        public void giveBack(List<Lease> leases) {
            leases.forEach(Lease::close);
        }
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        cast.requireDone();
        PATHS.forEach(path -> Queues.requireEmpty(setting.stage(), path));
    }

    @Override
    public long feats() {
        return cast.grants();
    }
}
