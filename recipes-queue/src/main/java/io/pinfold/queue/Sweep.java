package io.pinfold.queue;

import io.pinfold.Stat;
import io.pinfold.client.AsyncClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Deletes marks of producers that nobody touched for a day: their processes ended without a farewell. A producer that is
 * alive after all makes a new mark. Confined to the queue's progress; what fails is left to the next one.
 */
final class Sweep {
    private static final long OLD_MILLIS = Duration.ofDays(1).toMillis();
    private static final int AT_MOST = 64;

    private final QueueSite site;
    private final AsyncClient async;
    private final String own;

    Sweep(QueueSite site, String own) {
        this.site = site;
        this.async = site.async();
        this.own = own;
    }

    void start() {
        // Our own mark was written just now, by the leader's clock.
        async.exists(site.layout().producer(own), null)
                .thenAccept(stat ->
                        stat.ifPresent(mark -> async.children(site.layout().producers(), null)
                                .thenAccept(children -> sweep(children.names(), mark.mtime()))));
    }

    private void sweep(List<String> names, long now) {
        for (String name : names.subList(0, Math.min(AT_MOST, names.size()))) {
            String path = site.layout().producer(name);
            async.exists(path, null).thenAccept(stat -> sweepIfOld(path, stat, now));
        }
    }

    private void sweepIfOld(String path, Optional<Stat> stat, long now) {
        if (stat.isPresent() && now - stat.get().mtime() > OLD_MILLIS) {
            async.delete(path, stat.get().version());
        }
    }
}
