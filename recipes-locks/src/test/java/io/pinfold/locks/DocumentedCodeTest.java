package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.junit.PinfoldTest;
import io.pinfold.testing.junit.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The code of the documents does what they say, and leaves nothing locked. */
@PinfoldTest(share = Share.PER_METHOD)
class DocumentedCodeTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void locks(PinfoldClient client) throws Exception {
        DocumentedCode.use(client, new Warehouse(), "42");
        DocumentedCode.asJavaDoes(DistributedLock.at(client, "/locks/orders/42"), token -> told.add("posted"));

        assertEquals(List.of("reserved 42", "counted", "shown", "posted"), told);
        await().until(() -> client.children("/locks/orders/42").isEmpty());
    }

    @Test
    void guards(PinfoldClient client) throws Exception {
        for (String path : List.of("/accounts/7", "/pending/7", "/journal/0")) {
            client.create(path, new byte[1], CreateOptions.PERSISTENT.withParents());
        }

        try (Lease lease = DistributedLock.at(client, "/locks/accounts").acquire()) {
            DocumentedCode.guard(client, lease, new byte[0]);
        }

        assertEquals(List.of("0", "7"), client.children("/journal"));
        assertEquals(List.of(), client.children("/pending"));
    }

    @Test
    void readsAndWrites(PinfoldClient client) throws Exception {
        DocumentedCode.readAndWrite(client, new Catalog());

        assertEquals(List.of("searched", "rebuilt", "published"), told);
    }

    @Test
    void limits(PinfoldClient client) throws Exception {
        DocumentedCode.limit(client, new Desk());

        assertEquals(List.of("ran", "ran 3", "ran 2"), told);
    }

    @Test
    void transfers(PinfoldClient client) throws Exception {
        DocumentedCode.transfer(client, new Bank());

        assertEquals(List.of("transferred", "balanced", "repriced"), told);
    }

    @Test
    void boundsAndShares(PinfoldClient client) throws Exception {
        Guarding guarding = new Guarding();

        DocumentedCode.bound(client, guarding);
        DocumentedCode.share(client, guarding);

        assertEquals(List.of("guarded", "guarded"), told);
    }

    @Test
    void doesAJobOnce(PinfoldClient client) throws Exception {
        DocumentedCode.once(client, new Billing());
        DocumentedCode.once(client, new Billing());

        assertEquals(1, told.stream().filter("closed"::equals).count());
        assertEquals(2, told.stream().filter("shown"::equals).count());
    }

    @Test
    void movesFromCurator(PinfoldClient client) throws Exception {
        MigrationCode.after(client, new MigrationCode.Orders() {
            @Override
            public void shipAll() {}

            @Override
            public void shipAll(long fencingToken) {
                told.add("shipped");
            }
        });

        assertEquals(List.of("shipped"), told);
    }

    private final class Warehouse implements DocumentedCode.Warehouse {
        @Override
        public void reserve(String order, long fencingToken) {
            told.add("reserved " + order);
        }

        @Override
        public void count() {
            told.add("counted");
        }

        @Override
        public void show(CompletableFuture<Lease> attempt, LockView view) {
            told.add("shown");
            attempt.join().close();
        }
    }

    private final class Catalog implements DocumentedCode.Catalog {
        @Override
        public void search(Lease reading) {
            told.add("searched");
        }

        @Override
        public void rebuild(long fencingToken) {
            told.add("rebuilt");
        }

        @Override
        public void publish(Lease reading) {
            told.add("published");
        }
    }

    private final class Desk implements DocumentedCode.Desk {
        @Override
        public void run(long fencingToken) {
            told.add("ran");
        }

        @Override
        public void runInParallel(int count) {
            told.add("ran " + count);
        }

        @Override
        public void runAndClose(Permits permits) {
            told.add("ran " + permits.count());
            permits.close();
        }
    }

    private final class Bank implements DocumentedCode.Bank {
        @Override
        public void transfer(long tokenOfOne, long tokenOfTheOther) {
            told.add("transferred");
        }

        @Override
        public void balanceAndClose(LeaseSet all) {
            told.add("balanced");
            all.close();
        }

        @Override
        public void reprice(LeaseSet all) {
            told.add("repriced");
            all.close();
        }
    }

    private final class Guarding implements DocumentedCode.Watchdog {
        @Override
        public void bark(Lease lease) {
            told.add("barked");
        }

        @Override
        public void guard(DistributedLock lock) {
            try (Lease lease = lock.tryAcquire(Duration.ofSeconds(10)).orElseThrow()) {
                assertEquals(LeaseState.HELD, lease.state());
                told.add("guarded");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final class Billing implements DocumentedCode.Billing {
        @Override
        public void closeDay(Instant day, long fencingToken) {
            told.add("closed");
        }

        @Override
        public void celebrate() {
            told.add("celebrated");
        }

        @Override
        public void show(JobView view) {
            told.add("shown");
        }
    }
}
