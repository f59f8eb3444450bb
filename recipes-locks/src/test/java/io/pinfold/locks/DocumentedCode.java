package io.pinfold.locks;

import io.pinfold.Op;
import io.pinfold.client.Node;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.GuardedWrites;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The code of the documents about this module; {@link DocumentedCodeTest} runs it. */
final class DocumentedCode {
    private DocumentedCode() {}

    static void use(PinfoldClient client, Warehouse warehouse, String order) throws InterruptedException {
        DistributedLock lock = DistributedLock.at(client, "/locks/orders/42");

        try (Lease lease = lock.acquire()) { // waits for its turn; interruptible
            warehouse.reserve(order, lease.fencingToken()); // the resource refuses older tokens
        }

        // Empty: not to be had in time.
        lock.tryAcquire(Duration.ofSeconds(2)).ifPresent(lease -> {
            try (lease) {
                warehouse.count();
            }
        });

        CompletableFuture<Lease> attempt = lock.acquireAsync(); // attempt.cancel(true) leaves the queue
        LockView view = lock.inspect(); // who holds it, who waits, since when
        warehouse.show(attempt, view);
    }

    static void guard(PinfoldClient client, Lease lease, byte[] line) {
        GuardedWrites writes = GuardedWrites.under(client, lease);
        Node balance = client.get("/accounts/7");
        writes.set("/accounts/7", debit(balance.data()), balance.version()); // LeaseLostException: nothing was changed
        writes.multi(Op.create("/journal/7", line), Op.delete("/pending/7"));
    }

    private static byte[] debit(byte @Nullable [] balance) {
        return balance == null ? new byte[0] : balance;
    }

    static void readAndWrite(PinfoldClient client, Catalog catalog) throws InterruptedException {
        DistributedReadWriteLock lock = DistributedReadWriteLock.at(client, "/locks/catalog");

        try (Lease reading = lock.read().acquire()) { // together with other readers
            catalog.search(reading);
        }

        try (WriteLease writing = lock.write().acquire()) { // alone
            catalog.rebuild(writing.fencingToken());
            try (Lease reading = writing.downgrade()) { // goes on as a reader; no writer in between
                catalog.publish(reading);
            }
        }
    }

    /** Something that is read often and rebuilt now and then. */
    interface Catalog {
        void search(Lease reading);

        void rebuild(long fencingToken);

        void publish(Lease reading);
    }

    static void limit(PinfoldClient client, Desk desk) throws InterruptedException {
        DistributedSemaphore reports = DistributedSemaphore.builder(client, "/limits/reports")
                .permits(8) // stored by whoever comes first, compared by all others
                .build();

        try (Permits one = reports.acquire()) {
            desk.run(one.fencingToken());
        }

        try (Permits three = reports.acquire(3)) { // all three or none
            desk.runInParallel(three.count());
        }

        // Empty: not to be had in time.
        reports.permits(2).tryAcquire(Duration.ofSeconds(5)).ifPresent(desk::runAndClose);

        reports.resize(12); // for all processes; who waits looks again
    }

    /** Something of which only so much may run at a time. */
    interface Desk {
        void run(long fencingToken);

        void runInParallel(int count);

        void runAndClose(Permits permits);
    }

    static void transfer(PinfoldClient client, Bank bank) throws InterruptedException {
        LockSet accounts = LockSet.of(client, "/locks/accounts/17", "/locks/accounts/4");

        try (LeaseSet both = accounts.acquire()) { // in the order of the paths, whatever the order here
            bank.transfer(both.fencingToken("/locks/accounts/17"), both.fencingToken("/locks/accounts/4"));
        }

        // Empty: not all to be had in time. One deadline for all of them.
        accounts.tryAcquire(Duration.ofSeconds(2)).ifPresent(bank::balanceAndClose);

        LockSet mixed = LockSet.builder(client)
                .read("/locks/catalog")
                .write("/locks/prices")
                .lock("/locks/orders/42")
                .build();
        bank.reprice(mixed.acquire());
    }

    /** Something that needs several locks at a time. */
    interface Bank {
        void transfer(long tokenOfOne, long tokenOfTheOther);

        void balanceAndClose(LeaseSet all);

        void reprice(LeaseSet all);
    }

    static void asJavaDoes(DistributedLock lock, Ledger ledger) {
        ThreadOwnedLock mine = lock.asJavaLock(); // share this object among the threads of the process

        mine.lock();
        try {
            ledger.post(mine.lease().fencingToken()); // may call lock() again, in this thread
        } finally {
            mine.unlock(); // LeaseLostException if the lease was lost meanwhile
        }
    }

    static void bound(PinfoldClient client, Watchdog watchdog) {
        DistributedLock lock = DistributedLock.builder(client, "/locks/orders/42")
                .alarmAfter(Duration.ofSeconds(10), watchdog::bark)
                .maxHold(Duration.ofMinutes(1)) // then the lease is lost, while the session lives on
                .build();
        watchdog.guard(lock);
    }

    static void share(PinfoldClient client, Watchdog watchdog) {
        DistributedLock hot = DistributedLock.builder(client, "/locks/hot")
                .localHandOff(16) // at most so many hand-overs within the process, then others have their turn
                .build();
        watchdog.guard(hot); // share this object among the threads of the process
    }

    /** Something that wants to know of leases that are held for long. */
    interface Watchdog {
        void bark(Lease lease);

        void guard(DistributedLock lock);
    }

    static void once(PinfoldClient client, Billing billing) throws InterruptedException {
        JobGuard nightly = JobGuard.builder(client, "/jobs/nightly")
                .period(Duration.ofDays(1))
                .offset(Duration.ofHours(2)) // slots begin at 02:00 UTC
                .catchUp(3) // up to three missed nights are made up for
                .build();

        // In every process, from whatever scheduler there is, as often as you like:
        while (nightly.runIfDue(run -> billing.closeDay(run.slotBegin(), run.fencingToken()))) {
            billing.celebrate();
        }

        JobView view = nightly.inspect(); // the last slot, who had it, who is at it now
        billing.show(view);
    }

    /** Something to be done once a day. */
    interface Billing {
        void closeDay(java.time.Instant day, long fencingToken);

        void celebrate();

        void show(JobView view);
    }

    /** Something whose methods lock by themselves. */
    interface Ledger {
        void post(long fencingToken);
    }

    /** Some resource that the lock protects. */
    interface Warehouse {
        void reserve(String order, long fencingToken);

        void count();

        void show(CompletableFuture<Lease> attempt, LockView view);
    }
}
