package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.client.ClientObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What observers see of waits and leases. */
class ObservedLeasesTest {
    private static final PlaceTerms TERMS = PlaceTerms.exclusive("/q", new PlaceNames("lock-"));

    private final List<String> seen = new ArrayList<>();
    private final FakeClient client = new FakeClient();

    @BeforeEach
    void observe() {
        client.time.observer = new ClientObserver() {
            @Override
            public void waited(Waiting waiting) {
                seen.add(waiting.directory() + " " + waiting.took().toMillis() + " ms "
                        + (waiting.granted() ? "granted" : "not granted"));
            }

            @Override
            public void leaseBegan(String path, long fencingToken) {
                seen.add("began " + fencingToken);
            }

            @Override
            public void leaseEnded(Hold hold) {
                seen.add(hold.fencingToken() + " ended after " + hold.took().toMillis() + " ms, " + hold.end());
            }
        };
    }

    @Test
    void aWaitAndALeaseAreToldWithTheirTimes() {
        String before = client.put("/q/lock-", 1);
        Contention contention = Contention.enter(client, TERMS);
        client.answerAll();
        client.time.advance(Duration.ofMillis(30));
        client.remove(before);
        client.answerAll();
        Lease lease = contention.answered().join().orElseThrow();
        client.time.advance(Duration.ofMillis(20));

        lease.close();
        lease.close();

        long token = lease.fencingToken();
        assertEquals(List.of("began " + token, "/q 30 ms granted", token + " ended after 20 ms, RELEASED"), seen);
    }

    @Test
    void whoGivesUpIsToldToo() {
        client.put("/q/lock-", 1);
        Contention contention = Contention.enter(client, TERMS);
        client.answerAll();
        client.time.advance(Duration.ofMillis(10));

        contention.withdraw();

        assertEquals(List.of("/q 10 ms not granted"), seen);
    }

    @Test
    void aLostLeaseIsToldWithItsReason() {
        Contention contention = Contention.enter(client, TERMS);
        client.answerAll();
        Lease lease = contention.answered().join().orElseThrow();

        client.remove(lease.path());
        client.answerAll();

        assertEquals(lease.fencingToken() + " ended after 0 ms, NODE_DELETED", seen.get(seen.size() - 1));
    }
}
