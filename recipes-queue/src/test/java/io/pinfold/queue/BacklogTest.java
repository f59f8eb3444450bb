package io.pinfold.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Backlog backlog = new Backlog(Item::parse);

    private static String guid(int n) {
        return String.format("00000000-0000-4000-8000-%012d", n);
    }

    private static String name(int priority, long due, String key, int n) {
        return Item.request(priority, due, key, guid(n)) + String.format("%010d", n);
    }

    private static String plain(int n) {
        return name(500, 0, Item.NO_KEY, n);
    }

    private List<Integer> taken() {
        List<Integer> order = new ArrayList<>();
        for (Optional<Item> item = backlog.begin(0); item.isPresent(); item = backlog.begin(0)) {
            order.add(item.get().sequence());
        }
        return order;
    }

    @Test
    void servesByPriorityAndThenByArrivalOverAllBuckets() {
        backlog.itemAdded(1, plain(7));
        backlog.itemAdded(0, plain(3));
        backlog.itemAdded(1, name(100, 0, Item.NO_KEY, 9));
        backlog.itemAdded(0, plain(2));

        assertEquals(List.of(9, 2, 3, 7), taken());
    }

    @Test
    void anItemThatIsTriedForOrMarkedIsNotFree() {
        backlog.itemAdded(0, plain(1));
        backlog.itemAdded(0, plain(2));
        backlog.markerAdded(guid(1));
        Item second = backlog.begin(0).orElseThrow();

        assertEquals(2, second.sequence());
        assertFalse(backlog.hasFree());
        backlog.end(second);
        backlog.markerRemoved(guid(1));
        assertEquals(List.of(1, 2), taken());
    }

    @Test
    void aMarkerThatIsKnownBeforeItsItemCountsAsWell() {
        backlog.markerAdded(guid(1));
        backlog.itemAdded(0, plain(1));

        assertFalse(backlog.hasFree());
    }

    @Test
    void onlyTheFirstOfAKeyIsFreeWhateverItsPriority() {
        backlog.itemAdded(0, name(500, 0, "=a", 1));
        backlog.itemAdded(0, name(1, 0, "=a", 2));
        backlog.itemAdded(0, name(500, 0, "=b", 3));

        assertEquals(List.of(1, 3), taken());
        backlog.itemRemoved(0, name(500, 0, "=a", 1));
        assertEquals(List.of(2), taken());
    }

    @Test
    void theFirstOfAKeyIsKnownEvenIfItIsListedLast() {
        backlog.itemAdded(1, name(500, 0, "=a", 2));
        backlog.itemAdded(0, name(500, 0, "=a", 1));

        assertEquals(List.of(1), taken());
    }

    @Test
    void theMarkerOfAKeyKeepsItsFirstItemFromBeingFree() {
        backlog.itemAdded(0, name(500, 0, "=a", 1));
        backlog.markerAdded("=a");

        assertFalse(backlog.hasFree());
        backlog.itemRemoved(0, name(500, 0, "=a", 1));
        backlog.itemAdded(0, name(500, 0, "=a", 2));
        assertFalse(backlog.hasFree());
        backlog.markerRemoved("=a");
        assertEquals(List.of(2), taken());
    }

    @Test
    void anItemIsFreeWhenItIsDueAndHoldsUpItsKeyUntilThen() {
        backlog.itemAdded(0, name(500, 2000, "=a", 1));
        backlog.itemAdded(0, name(500, 0, "=a", 2));
        backlog.itemAdded(0, name(500, 1000, Item.NO_KEY, 3));

        assertEquals(List.of(), taken());
        assertEquals(OptionalLong.of(1000), backlog.nextDue());
        backlog.timeIs(1000);
        assertEquals(List.of(3), taken());
        backlog.timeIs(2500);
        assertEquals(List.of(1), taken());
        assertEquals(OptionalLong.empty(), backlog.nextDue());
    }

    @Test
    void aListingReplacesWhatWasKnown() {
        backlog.itemAdded(0, plain(1));
        backlog.itemAdded(0, plain(2));
        backlog.markerAdded(guid(2));

        backlog.itemsListed(0, List.of(plain(2), plain(3)));
        backlog.markersListed(List.of(guid(3)));

        assertEquals(List.of(2), taken());
        assertEquals(2, backlog.size());
    }

    @Test
    void bucketsThatAreGoneTakeTheirItemsWithThem() {
        backlog.itemAdded(0, plain(1));
        backlog.itemAdded(1, plain(2));

        backlog.bucketsListed(List.of(1, 2));

        assertEquals(List.of(2), taken());
        backlog.itemRemoved(1, plain(2));
        assertEquals(List.of(1), backlog.usedUp());
    }

    @Test
    void strangersAreIgnored() {
        backlog.itemAdded(0, "notes");
        backlog.itemAdded(0, "500.0._.x.0000000001");
        backlog.itemRemoved(7, "notes");

        assertFalse(backlog.hasFree());
        assertEquals(0, backlog.size());
    }

    @Test
    void passesOverAsManyAsThereAre() {
        backlog.itemAdded(0, plain(1));
        backlog.itemAdded(0, plain(2));

        assertEquals(2, backlog.begin(5).orElseThrow().sequence());
        assertTrue(backlog.hasFree());
    }

    @Test
    void anAttemptThatEndsAfterTheItemWentLeavesNothingFree() {
        backlog.itemAdded(0, plain(1));
        Item tried = backlog.begin(0).orElseThrow();
        backlog.itemRemoved(0, plain(1));

        backlog.end(tried);

        assertFalse(backlog.hasFree());
    }
}
