package io.pinfold.cli.sim;

import io.pinfold.queue.CuratorQueueKind;
import io.pinfold.testing.sim.Stage;

/**
 * Producers and consumers of a queue, and one who looks after its dead letters; in some worlds beside programs with Apache
 * Curator. Confined to the world's thread.
 */
final class QueuePlayers implements Players {
    private final Stage stage;

    private final QueueWorld world;
    private final Cast cast = new Cast();

    QueuePlayers(Setting setting) {
        this.stage = setting.stage();
        this.world = new QueueWorld(setting);
        boolean strict = world.isStrict();
        for (int i = strict ? 0 : stage.below("queue.producers", 2); i >= 0; i--) {
            cast.add(new Program(stage, "producer" + i, new QueueProducer(world)));
        }
        QueueConsumer consumer = new QueueConsumer(world);
        for (int i = strict ? 0 : 1 + stage.below("queue.consumers", 2); i >= 0; i--) {
            cast.add(new Program(stage, "consumer" + i, consumer));
        }
        cast.add(new Program(stage, "undertaker", new Undertaker(world)));
        CuratorQueueKind kind = world.curatorKind();
        if (kind != null && !strict) {
            CuratorItems items = new CuratorItems(world, kind);
            cast.add(new CuratorProgram(stage, "curator-producer", items::put));
            cast.add(new CuratorProgram(stage, "curator-consumer", items::take));
        }
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void calm() {
        cast.calm();
    }

    @Override
    public void requireDone() {
        world.ledger().end(new Postponed(stage, QueueWorld.PATH)::contains);
    }

    @Override
    public long feats() {
        return world.ledger().deliveries();
    }
}
