package io.pinfold.config;

import io.pinfold.Op;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The code of the documents about this module; {@link DocumentedCodeTest} runs it. */
final class DocumentedCode {
    private DocumentedCode() {}

    static void follow(PinfoldClient client, Cart cart) {
        ConfigTree config = ConfigTree.builder(client, "/config/shop")
                .lastGood(Path.of("/var/lib/shop/config.cache")) // for a start without a server
                .build();
        config.ready().completeOnTimeout(config.snapshot(), 5, TimeUnit.SECONDS).join(); // or with what the file has

        ConfigValue<Integer> limit = config.value("cart/limit", Codec.INT_TEXT, 50, n -> n > 0);
        limit.onChange((old, now) -> cart.setLimit(now));
        int now = limit.get(); // reads a field

        config.onChange(change -> cart.reload(change.keys())); // once for each transaction
        ConfigSnapshot snapshot = config.snapshot(); // never blocks, never changes
        snapshot.get("cart/currency", Codec.TEXT).ifPresent(cart::setCurrency);
        cart.setLimit(now);
    }

    static void change(ConfigTree config) {
        config.publish(Map.of("cart/limit", Codec.INT_TEXT.encode(60), "cart/currency", Codec.TEXT.encode("EUR")));
        config.update("cart/limit", Codec.INT_TEXT, 50, old -> old + 10); // computed again if somebody was faster
        config.set("cart/currency", Codec.TEXT, "CHF", 0); // only if it still has version 0
    }

    static void takeBackAndStage(PinfoldClient client, ConfigTree config) {
        Publication change = config.publish(Map.of("cart/limit", Codec.INT_TEXT.encode(600)));
        change.undo(); // what was there before, in one transaction; refused if somebody changed it since

        ConfigTree worker =
                ConfigTree.builder(client, "/config/shop").member("worker-7").build();
        Rollout<Integer> rollout = config.rollout("cart/limit", Codec.INT_TEXT);
        rollout.stage(80, 10); // for ten of a hundred members
        rollout.stage(80, 50); // for half of them, those ten included
        rollout.finish(); // for everybody; or withdraw()
        worker.close();
    }

    static List<String> migrate(PinfoldClient client) {
        List<String> made = Migrations.at(client, "/config/shop-migrations")
                .step("1-currency", List.of(Op.create("/config/shop/cart/currency", Codec.TEXT.encode("EUR"))))
                .step("2-no-tax", List.of(Op.delete("/config/shop/cart/tax")))
                .run();
        return made;
    }

    static void doubt(ConfigTree config, Cart cart) {
        if (!config.freshness().isWithin(Duration.ofMinutes(5))) {
            cart.refuseOrders(); // cut off, or not heard of any server, for longer than that
        }
    }

    static void keepWhatFits(PinfoldClient client, Cart cart) {
        ConfigCache texts = ConfigCache.bounded(client, "/texts", 16 << 20); // bytes, with keys
        texts.get("de/greeting", Codec.TEXT).ifPresent(cart::greet); // from memory, or read and kept
    }

    static void count(PinfoldClient client, Cart cart) {
        DistributedCounter hits = DistributedCounter.at(client, "/counters/hits");
        long now = hits.addAndGet(5); // exactly once, even if the reply is lost

        AtomicValue<String> plan = AtomicValue.at(client, "/plan", Codec.TEXT, "replicas=1");
        Versioned<String> next = plan.update(text -> text.replace("=1", "=3")); // computed again if somebody was faster
        boolean done = plan.compareAndSet(next, "replicas=5");

        IdGenerator ids = IdGenerator.blocksOf(1_000, client, "/ids/order");
        long id = ids.next(); // from memory, 999 times out of 1,000
        cart.greet(now + " " + done + " " + id);
    }

    /** Something that is configured. */
    interface Cart {
        void setLimit(int limit);

        void setCurrency(String currency);

        void refuseOrders();

        void greet(String text);

        void reload(Set<String> keys);
    }
}
