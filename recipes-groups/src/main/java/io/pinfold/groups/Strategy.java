package io.pinfold.groups;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/** How a {@link ServicePool} chooses among instances that are equally good. Immutable. */
public enum Strategy {
    /** One after the other. */
    ROUND_ROBIN {
        @Override
        ServiceInstance choose(List<ServiceInstance> among, AtomicInteger turn, ToIntFunction<ServiceInstance> load) {
            return among.get(Math.floorMod(turn.getAndIncrement(), among.size()));
        }
    },
    /** Any. */
    RANDOM {
        @Override
        ServiceInstance choose(List<ServiceInstance> among, AtomicInteger turn, ToIntFunction<ServiceInstance> load) {
            return among.get(ThreadLocalRandom.current().nextInt(among.size()));
        }
    },
    /** Of two that are picked at random, the one with fewer requests of this process under way. */
    POWER_OF_TWO {
        @Override
        ServiceInstance choose(List<ServiceInstance> among, AtomicInteger turn, ToIntFunction<ServiceInstance> load) {
            if (among.size() == 1) {
                return among.get(0);
            }
            int first = ThreadLocalRandom.current().nextInt(among.size());
            int second = ThreadLocalRandom.current().nextInt(among.size() - 1);
            ServiceInstance one = among.get(first);
            ServiceInstance other = among.get(second < first ? second : second + 1);
            return load.applyAsInt(other) < load.applyAsInt(one) ? other : one;
        }
    },
    /** The same one as long as it is there: the first by id. */
    STICKY {
        @Override
        ServiceInstance choose(List<ServiceInstance> among, AtomicInteger turn, ToIntFunction<ServiceInstance> load) {
            return among.get(0);
        }
    };

    abstract ServiceInstance choose(
            List<ServiceInstance> among, AtomicInteger turn, ToIntFunction<ServiceInstance> load);
}
