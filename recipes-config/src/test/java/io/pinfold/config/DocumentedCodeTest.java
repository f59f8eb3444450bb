package io.pinfold.config;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.testing.junit.PinfoldTest;
import io.pinfold.testing.junit.Share;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The code of the documents does what they say. */
@PinfoldTest(share = Share.PER_METHOD)
class DocumentedCodeTest {
    private final Shop shop = new Shop();

    @Test
    void follows(PinfoldClient client, PinfoldClient desk) {
        DocumentedCode.follow(client, shop);

        ConfigTree.at(desk, "/config/shop")
                .publish(Map.of("cart/limit", Codec.INT_TEXT.encode(60), "tax", Codec.INT_TEXT.encode(19)));

        await().until(() -> shop.told.containsAll(List.of("limit 50", "limit 60", "[, cart, cart/limit, tax]")));
    }

    @Test
    void changes(PinfoldClient client) {
        ConfigTree config = ConfigTree.at(client, "/config/shop");

        DocumentedCode.change(config);
        await().until(() -> config.snapshot().get("cart/limit", Codec.INT_TEXT).equals(Optional.of(70)));
        DocumentedCode.takeBackAndStage(client, config);

        await().until(() -> config.snapshot().get("cart/limit", Codec.INT_TEXT).equals(Optional.of(80)));
        assertEquals(Optional.of("CHF"), config.snapshot().get("cart/currency", Codec.TEXT));
        DocumentedCode.doubt(config, shop);
        assertEquals(List.of(), shop.told, "it is live");
    }

    @Test
    void migrates(PinfoldClient client) {
        client.create("/config/shop/cart/tax", new byte[0], CreateOptions.PERSISTENT.withParents());

        assertEquals(List.of("1-currency", "2-no-tax"), DocumentedCode.migrate(client));
        assertEquals(List.of("currency"), client.children("/config/shop/cart"));
        assertEquals(List.of(), DocumentedCode.migrate(client));
    }

    @Test
    void keepsWhatFits(PinfoldClient client) {
        client.create("/texts/de/greeting", Codec.TEXT.encode("Hallo"), CreateOptions.PERSISTENT.withParents());

        DocumentedCode.keepWhatFits(client, shop);

        assertEquals(List.of("Hallo"), shop.told);
    }

    @Test
    void counts(PinfoldClient client) {
        DocumentedCode.count(client, shop);
        DocumentedCode.count(client, shop);

        assertEquals("5 true 0", shop.told.get(0));
        assertTrue(shop.told.get(1).endsWith(" 1000"), "the rest of a block is lost: " + shop.told);
    }

    private static final class Shop implements DocumentedCode.Cart {
        private final List<String> told = new CopyOnWriteArrayList<>();

        @Override
        public void setLimit(int limit) {
            told.add("limit " + limit);
        }

        @Override
        public void setCurrency(String currency) {
            told.add(currency);
        }

        @Override
        public void refuseOrders() {
            told.add("refused");
        }

        @Override
        public void greet(String text) {
            told.add(text);
        }

        @Override
        public void reload(Set<String> keys) {
            told.add(keys.toString());
        }
    }
}
