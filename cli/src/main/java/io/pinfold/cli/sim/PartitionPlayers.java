package io.pinfold.cli.sim;

import io.pinfold.groups.Partition;
import io.pinfold.groups.Partitioner;
import io.pinfold.testing.sim.Holders.Claim;
import io.pinfold.testing.sim.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Programs that divide resources among them, come and go, and take their time to let a resource go. Confined to the world's
 * thread.
 */
final class PartitionPlayers implements Players {
    static final String ALL_OWNED = "PartitionsAllOwned";
    static final String TOLD_IN_TURN = "PartitionsToldInTurn";
    private static final String PATH = "/partitions/orders";
    private static final Set<String> RESOURCES = new TreeSet<>(Set.of("r0", "r1", "r2", "r3", "r4", "r5"));
    private static final int PROGRAMS = 3;
    private static final int COMINGS = 60;
    private static final int LATE = 300;
    private static final Duration SETTLE = Duration.ofMillis(300);

    private final Setting setting;
    private final Stage stage;
    private final Cast cast = new Cast();
    private final TreeMap<String, Partitioner> partitioners = new TreeMap<>();
    private int comings;
    private int assigned;

    PartitionPlayers(Setting setting) {
        this.setting = setting;
        this.stage = setting.stage();
        for (int i = 0; i < PROGRAMS; i++) {
            cast.add(new Program(stage, "owner" + i, this::join));
        }
    }

    private void join(Life life) {
        partitioners.remove(life.name());
        Map<String, Partition> mine = new HashMap<>();
        Partitioner.builder(life.client(), PATH)
                .resources(RESOURCES)
                .settleFor(SETTLE)
                .onAssigned(partition -> assigned(life, mine, partition))
                .onRevoking(partition -> revoking(life, mine, partition))
                .joinAsync(life.name())
                .whenComplete((partitioner, failure) -> {
                    if (partitioner == null) {
                        life.after(100, () -> join(life)); // an earlier life is still a member
                    } else {
                        partitioners.put(life.name(), partitioner);
                        life.within("stay", 4000, () -> act(life, partitioner));
                    }
                });
    }

    private void assigned(Life life, Map<String, Partition> mine, Partition partition) {
        assigned++;
        String resource = partition.resource();
        if (mine.put(resource, partition) != null) {
            stage.broken(TOLD_IN_TURN, life.holder() + " is assigned " + resource + " once more");
        }
        setting.holders().gained("partition " + resource, life.holder(), partition.fencingToken(), () -> {
            boolean returned = !partition.equals(mine.get(resource));
            if (setting.has(Mistake.USED_AFTER_REVOKING)) {
                return life.isOver() || returned ? Claim.OVER : Claim.HELD;
            }
            return returned ? Claim.OVER : Claims.of(life, partition.lease().state());
        });
        Danger.survived(life);
    }

    private void revoking(Life life, Map<String, Partition> mine, Partition partition) {
        if (!partition.equals(mine.get(partition.resource()))) {
            stage.broken(TOLD_IN_TURN, life.holder() + " is to give up " + partition + ", which it does not have");
        }
        if (!life.isCalm() && life.oneIn("slow", 4)) {
            life.holdUp(life.below("closing", 500)); // it returns only then
        }
        life.after(setting.has(Mistake.USED_AFTER_REVOKING) ? LATE : 0, () -> {
            mine.remove(partition.resource(), partition);
            setting.holders().look();
        });
    }

    private void act(Life life, Partitioner partitioner) {
        if (!Danger.survived(life) || life.isCalm() || ++comings > COMINGS) {
            return;
        }
        if (life.oneIn("leave", 2)) {
            partitioners.remove(life.name());
            partitioner.closeAsync().whenComplete((left, failure) -> life.within("away", 2000, () -> join(life)));
        } else {
            life.within("stay", 4000, () -> act(life, partitioner));
        }
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        List<String> owned = new ArrayList<>();
        partitioners.values().forEach(partitioner -> owned.addAll(partitioner.owned()));
        owned.sort(null);
        if (!owned.equals(List.copyOf(RESOURCES))) {
            stage.broken(ALL_OWNED, "in the end " + partitioners.values() + " own " + owned);
        }
    }

    @Override
    public long feats() {
        return assigned;
    }
}
