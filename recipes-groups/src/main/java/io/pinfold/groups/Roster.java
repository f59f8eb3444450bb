package io.pinfold.groups;

import io.pinfold.client.ClientRuntime;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The instances of a service that count as being there: those that are, and for some time those that were. Thread-safe: one
 * immutable picture takes the place of another.
 */
final class Roster {
    private final Group<ServiceInstance> group;
    private final ClientRuntime runtime;
    private final long graceNanos;
    private final AtomicReference<Picture> picture = new AtomicReference<>(Picture.EMPTY);

    Roster(Group<ServiceInstance> group, ClientRuntime runtime, Duration grace) {
        this.group = group;
        this.runtime = runtime;
        this.graceNanos = grace.toNanos();
    }

    /** {@return them, sorted by their ids; also takes note of who vanished since it was asked last} */
    List<ServiceInstance> instances() {
        Members<ServiceInstance> now = group.members();
        if (graceNanos <= 0) {
            return List.copyOf(named(now).values());
        }
        long nanos = runtime.nanoTime();
        Picture seen = picture.updateAndGet(last -> last.next(now, nanos, graceNanos));
        SortedMap<String, ServiceInstance> all = named(seen.members);
        seen.gone.forEach((id, gone) -> {
            if (gone.until - nanos > 0) {
                all.putIfAbsent(id, gone.instance);
            }
        });
        return List.copyOf(all.values());
    }

    /** {@return the ids of those that were there lately} */
    Set<String> ids() {
        Set<String> ids = new HashSet<>(group.members().ids());
        ids.addAll(picture.get().gone.keySet());
        return ids;
    }

    private static SortedMap<String, ServiceInstance> named(Members<ServiceInstance> members) {
        SortedMap<String, ServiceInstance> named = new TreeMap<>();
        for (Member<ServiceInstance> member : members.byId().values()) {
            member.payload()
                    .map(instance -> instance.id().isEmpty() ? instance.withId(member.id()) : instance)
                    .ifPresent(instance -> named.put(member.id(), instance));
        }
        return named;
    }

    /** One that is not there any more. Immutable. */
    private record Gone(ServiceInstance instance, long until) {}

    /** Who was there at the last look, and who was before. Immutable. */
    private record Picture(Members<ServiceInstance> members, Map<String, Gone> gone) {
        static final Picture EMPTY = new Picture(new Members<>(new TreeMap<>(), 0, true), Map.of());

        Picture next(Members<ServiceInstance> now, long nanos, long graceNanos) {
            if (now == members || now.zxid() < members.zxid()) {
                return this;
            }
            Map<String, Gone> still = new HashMap<>(gone);
            still.values().removeIf(each -> each.until - nanos <= 0);
            named(members).forEach((id, instance) -> still.put(id, new Gone(instance, nanos + graceNanos)));
            still.keySet().removeAll(now.ids());
            return new Picture(now, Map.copyOf(still));
        }
    }
}
