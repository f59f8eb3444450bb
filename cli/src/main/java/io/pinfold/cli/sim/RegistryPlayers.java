package io.pinfold.cli.sim;

import io.pinfold.framework.Presence;
import io.pinfold.groups.Group;
import io.pinfold.groups.Registration;
import io.pinfold.groups.ServiceInstance;
import io.pinfold.groups.ServicePool;
import io.pinfold.groups.ServiceRegistry;
import io.pinfold.groups.Strategy;
import io.pinfold.testing.sim.Stage;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Programs that serve something and say so, and one that chooses among them. Confined to the world's thread. */
final class RegistryPlayers implements Players {
    static final String THERE_AGAIN = "RegistryThereAgain";
    private static final String ROOT = "/services";
    private static final String SERVICE = "shop";
    private static final int INSTANCES = 3;
    private static final int CHANGES = 150;

    private final boolean once;
    private final Stage stage;
    private final Cast cast = new Cast();
    private final Program customer;
    private final TreeMap<String, Registration> registrations = new TreeMap<>();
    private Group<ServiceInstance> group;
    private ServicePool pool;
    private int changes;
    private int views;

    RegistryPlayers(Setting setting) {
        this.once = setting.has(Mistake.REGISTERED_ONCE);
        this.stage = setting.stage();
        for (int i = 0; i < INSTANCES; i++) {
            String id = "instance" + i;
            cast.add(new Program(stage, id, life -> register(life, registry(life), id)));
        }
        this.customer = cast.add(new Program(stage, "customer", this::look));
        this.group = registry(customer.life()).instances(SERVICE);
        this.pool = registry(customer.life()).pool(SERVICE).build();
    }

    private static ServiceRegistry registry(Life life) {
        return ServiceRegistry.at(life.client(), ROOT);
    }

    private void look(Life life) {
        group.close();
        pool.close();
        group = registry(life).instances(SERVICE);
        pool = registry(life).pool(SERVICE).strategy(Strategy.ROUND_ROBIN).build();
        group.onChange(change -> {
            views++;
            Pictures.show(stage, life.holder(), ROOT + '/' + SERVICE, change.members(), false);
            Danger.survived(life);
        });
    }

    private void register(Life life, ServiceRegistry registry, String id) {
        registrations.remove(id);
        ServiceInstance instance = ServiceInstance.of(SERVICE, "host", 1).withId(id);
        registry.registerAsync(instance).whenComplete((registration, failure) -> {
            if (registration == null) {
                life.after(100, () -> register(life, registry, id)); // an earlier life's is still there
            } else {
                registrations.put(id, registration);
                if (once) {
                    registration.onPresence(presence -> {
                        if (presence == Presence.ABSENT) {
                            registration.close();
                        }
                    });
                }
                act(life, registry, id, registration);
            }
        });
    }

    private void act(Life life, ServiceRegistry registry, String id, Registration registration) {
        if (life.isCalm() || changes >= CHANGES) {
            registration.update(instance -> instance.withEnabled(true));
            return;
        }
        changes++;
        if (life.oneIn("leave", 4)) {
            registrations.remove(id);
            registration
                    .closeAsync()
                    .whenComplete((gone, failure) -> life.within("rest", 300, () -> register(life, registry, id)));
        } else {
            boolean enabled = life.oneIn("enabled", 2);
            registration.update(instance -> instance.withEnabled(enabled));
            life.within("rest", 300, () -> act(life, registry, id, registration));
        }
        Danger.survived(life);
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        if (!group.freshness().live() || !pool.freshness().live()) {
            stage.broken(THERE_AGAIN, "the customer does not follow any more");
        }
        Pictures.show(stage, "the customer in the end", ROOT + '/' + SERVICE, group.members(), true);
        TreeSet<String> candidates =
                pool.candidates().stream().map(ServiceInstance::id).collect(Collectors.toCollection(TreeSet::new));
        if (candidates.size() != INSTANCES || !candidates.equals(registrations.keySet())) {
            stage.broken(THERE_AGAIN, "of " + registrations + " only " + candidates + " are there in the end");
        }
    }

    @Override
    public long feats() {
        return views;
    }
}
