package io.pinfold.cli.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.cli.sim.StayLedger.Stay;
import io.pinfold.queue.PutOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Those who judge recipes see each kind of broken promise, and nothing in histories that are right. */
class LedgersTest {
    private final List<String> seen = new ArrayList<>();
    private final TreeSet<String> queued = new TreeSet<>();
    private final TreeSet<String> letters = new TreeSet<>();
    private final Complaints complaints = (promise, what) -> seen.add(promise);

    private void sees(String... promises) {
        assertEquals(List.of(promises), seen);
    }

    // ---- queue -----------------------------------------------------------------------------------------------------

    private QueueLedger ledger(boolean strict) {
        return new QueueLedger(complaints, strict, 1000, queued::contains, letters::contains);
    }

    private QueueLedger queueWith(String... items) {
        QueueLedger ledger = ledger(true);
        for (String item : items) {
            ledger.putBegun(List.of(item), "producer", PutOptions.DEFAULT);
            ledger.putEnded(item, Outcome.DONE);
        }
        return ledger;
    }

    private static void acknowledge(QueueLedger ledger, String item, Outcome outcome) {
        ledger.ackBegun(item);
        ledger.ackEnded(item, "consumer", outcome);
    }

    @Test
    void aQueueThatDeliversInOrderAndOnceIsRight() {
        QueueLedger ledger = queueWith("one", "two");
        ledger.delivered("one", "consumer", 0);
        acknowledge(ledger, "one", Outcome.REFUSED);
        ledger.delivered("one", "consumer", 0);
        acknowledge(ledger, "one", Outcome.DONE);
        ledger.delivered("two", "consumer", 0);
        acknowledge(ledger, "two", Outcome.UNKNOWN);
        ledger.end(item -> false);
        sees();
    }

    @Test
    void anItemThatIsAcknowledgedTwiceIsSeen() {
        QueueLedger ledger = queueWith("one");
        acknowledge(ledger, "one", Outcome.DONE);
        acknowledge(ledger, "one", Outcome.DONE);
        sees(QueueLedger.ONCE);
    }

    @Test
    void anItemThatComesAfterItWasAcknowledgedIsSeen() {
        QueueLedger ledger = queueWith("one");
        acknowledge(ledger, "one", Outcome.DONE);
        ledger.delivered("one", "consumer", 0);
        sees(QueueLedger.ONCE);
    }

    @Test
    void anItemThatNobodyPutIsSeen() {
        queueWith("one").delivered("two", "consumer", 0);
        sees(QueueLedger.ONCE);
    }

    @Test
    void anItemThatIsLostIsSeen() {
        queueWith("one").end(item -> false);
        sees(QueueLedger.NOTHING_LOST);
    }

    @Test
    void anItemThatIsNotDueIsNotLost() {
        queueWith("one").end("one"::equals);
        sees();
    }

    @Test
    void anItemThatOvertakesAnotherIsSeen() {
        queueWith("one", "two").delivered("two", "consumer", 0);
        sees(QueueLedger.ORDER);
    }

    @Test
    void whatAnEndedSessionMayHoldIsOvertaken() {
        QueueLedger ledger = queueWith("one", "two");
        ledger.sessionLost();
        ledger.delivered("two", "consumer", 0);
        sees();
    }

    @Test
    void anItemThatOvertakesAnotherOfItsKeyIsSeenWithManyConsumers() {
        QueueLedger ledger = ledger(false);
        PutOptions options = PutOptions.key("key");
        ledger.putBegun(List.of("one"), "producer", options.withDelay(Duration.ofSeconds(1)));
        ledger.putEnded("one", Outcome.DONE);
        ledger.putBegun(List.of("two"), "producer", options.withPriority(1));
        ledger.delivered("two", "consumer", 0);
        sees(QueueLedger.ORDER);
    }

    @Test
    void whoLostItsClaimIsRefusedWhileTheAcknowledgementOfTheNextOneIsInDoubt() {
        QueueLedger ledger = twoOfAKey();
        ledger.delivered("one", "late", 1);
        ledger.delivered("one", "consumer", 2);
        ledger.ackBegun("one");
        ledger.ackBegun("one");
        ledger.ackEnded("one", "late", Outcome.REFUSED);
        ledger.ackEnded("one", "consumer", Outcome.UNKNOWN);
        ledger.delivered("two", "late", 1);
        sees();
    }

    @Test
    void anItemThatOvertakesOneWhoseAcknowledgementDidNotHappenIsSeen() {
        QueueLedger ledger = twoOfAKey();
        acknowledge(ledger, "one", Outcome.UNKNOWN);
        queued.add("one");
        ledger.delivered("two", "consumer", 1);
        sees(QueueLedger.ORDER);
    }

    private QueueLedger twoOfAKey() {
        QueueLedger ledger = ledger(false);
        for (String item : List.of("one", "two")) {
            ledger.putBegun(List.of(item), "producer", PutOptions.key("key"));
            ledger.putEnded(item, Outcome.DONE);
        }
        return ledger;
    }

    @Test
    void aSecondItemOfADedupKeyIsSeen() {
        QueueLedger ledger = ledger(false);
        ledger.putBegun(List.of("one"), "producer", PutOptions.dedupKey("key"));
        ledger.putEnded("one", Outcome.DONE);
        ledger.putBegun(List.of("two"), "producer", PutOptions.dedupKey("key"));
        ledger.putEnded("two", Outcome.DONE);
        sees(QueueLedger.DEDUP);
    }

    @Test
    void anItemThatIsKeptOutByNothingIsSeen() {
        QueueLedger ledger = ledger(false);
        ledger.putBegun(List.of("one"), "producer", PutOptions.dedupKey("key"));
        ledger.putEnded("one", Outcome.DONE);
        acknowledge(ledger, "one", Outcome.DONE);
        ledger.putBegun(List.of("two"), "producer", PutOptions.dedupKey("key"));
        ledger.wasDuplicate("two");
        sees(QueueLedger.DEDUP);
    }

    @Test
    void anItemThatIsKeptOutByWhatMayBeThereIsRight() {
        QueueLedger ledger = ledger(false);
        ledger.putBegun(List.of("one"), "producer", PutOptions.dedupKey("key"));
        ledger.putBegun(List.of("two"), "producer", PutOptions.dedupKey("key"));
        ledger.wasDuplicate("two");
        sees();
        ledger.delivered("two", "consumer", 1);
        sees(QueueLedger.ONCE);
    }

    @Test
    void oneOfSeveralThatWerePutAsOneIsMissed() {
        QueueLedger ledger = ledger(false);
        ledger.putBegun(List.of("one", "two"), "producer", PutOptions.DEFAULT);
        ledger.delivered("two", "consumer", 1);
        acknowledge(ledger, "two", Outcome.DONE);
        ledger.end(item -> false);
        sees(QueueLedger.NOTHING_LOST);
    }

    @Test
    void aDeadLetterThatNobodyRejectedIsSeen() {
        QueueLedger ledger = queueWith("one", "two");
        ledger.rejecting("one");
        ledger.found("one", "undertaker");
        sees();
        ledger.found("two", "undertaker");
        sees(QueueLedger.DEAD_LETTERS);
    }

    @Test
    void aDeadLetterIsOvertakenAndMayBeAcknowledgedOnce() {
        QueueLedger ledger = queueWith("one", "two");
        ledger.delivered("one", "consumer", 1);
        ledger.rejecting("one");
        letters.add("one");
        ledger.delivered("two", "consumer", 1);
        ledger.found("one", "undertaker");
        letters.clear();
        ledger.delivered("one", "consumer", 1);
        sees();
        acknowledge(ledger, "one", Outcome.DONE);
        ledger.found("one", "undertaker");
        sees(QueueLedger.ONCE);
    }

    @Test
    void deliveriesThatAreTooManyOrCountedTwiceAreSeen() {
        QueueLedger ledger = queueWith("one");
        ledger.delivered("one", "consumer", 1000);
        ledger.delivered("one", "consumer", 1000);
        sees(QueueLedger.ONCE);
        ledger.delivered("one", "consumer", 1001);
        sees(QueueLedger.ONCE, QueueLedger.DEAD_LETTERS);
    }

    @Test
    void whatWhoeverKnowsNoClaimsTakesAwayMayBeWithSomebodyElse() {
        QueueLedger ledger = queueWith("one");
        ledger.ackBegun("one");
        ledger.takenAway("one", "stranger", Outcome.DONE);
        ledger.delivered("one", "consumer", 0);
        sees();
        acknowledge(ledger, "one", Outcome.DONE);
        sees(QueueLedger.ONCE);
    }

    // ---- counter ---------------------------------------------------------------------------------------------------

    @Test
    void aCountOfWhatWasReportedAndSomeOfWhatIsUnknownIsRight() {
        CounterLedger ledger = new CounterLedger(complaints, 10);
        ledger.done(ledger.begun(2), 12);
        ledger.unknown(ledger.begun(5));
        ledger.unknown(ledger.begun(3));
        ledger.refused(ledger.begun(1));
        ledger.begun(2);
        ledger.end(10 + 2 + 3);
        ledger.end(10 + 2 + 5 + 3 + 2);
        sees();
    }

    @Test
    void anAdditionThatHappenedTwiceIsSeen() {
        CounterLedger ledger = new CounterLedger(complaints, 0);
        ledger.done(ledger.begun(2), 2);
        ledger.end(4);
        sees(CounterLedger.PROMISE);
    }

    @Test
    void anAdditionThatIsLostIsSeen() {
        CounterLedger ledger = new CounterLedger(complaints, 0);
        ledger.done(ledger.begun(2), 2);
        ledger.unknown(ledger.begun(1));
        ledger.end(1);
        sees(CounterLedger.PROMISE);
    }

    @Test
    void anUnknownAdditionThatHappenedTwiceIsSeen() {
        CounterLedger ledger = new CounterLedger(complaints, 0);
        ledger.unknown(ledger.begun(2));
        ledger.end(4);
        sees(CounterLedger.PROMISE);
    }

    @Test
    void twoAdditionsWithTheSameResultAreSeen() {
        CounterLedger ledger = new CounterLedger(complaints, 0);
        int one = ledger.begun(1);
        int two = ledger.begun(1);
        ledger.done(one, 1);
        ledger.done(two, 1);
        sees(CounterLedger.PROMISE);
    }

    @Test
    void anAdditionThatDoesNotKnowOfAnEarlierOneIsSeen() {
        CounterLedger ledger = new CounterLedger(complaints, 0);
        ledger.done(ledger.begun(3), 3);
        ledger.done(ledger.begun(1), 2);
        sees(CounterLedger.PROMISE);
    }

    // ---- config ----------------------------------------------------------------------------------------------------

    private static SortedMap<String, Long> at(String key, long zxid) {
        SortedMap<String, Long> keys = new TreeMap<>();
        keys.put(key, zxid);
        return keys;
    }

    @Test
    void aStepThatNamesWhatDiffersIsRight() {
        ConfigStory story = new ConfigStory(complaints, "viewer");
        story.told(at("a", 1), new TreeSet<>(List.of("a")));
        story.told(at("b", 2), new TreeSet<>(List.of("a", "b")));
        sees();
    }

    @Test
    void aKeyThatWasMadeAnewAndIsNotToldIsSeen() {
        ConfigStory story = new ConfigStory(complaints, "viewer");
        story.told(at("a", 1), new TreeSet<>(List.of("a")));
        story.told(at("a", 2), new TreeSet<>());
        sees(ConfigStory.PROMISE);
    }

    @Test
    void aKeyThatWasRemovedAndIsNotToldIsSeen() {
        ConfigStory story = new ConfigStory(complaints, "viewer");
        story.told(at("a", 1), new TreeSet<>(List.of("a")));
        story.told(new TreeMap<>(), new TreeSet<>());
        sees(ConfigStory.PROMISE);
    }

    @Test
    void aCacheThatGoesBackIsSeen() {
        CacheStory story = new CacheStory(complaints, "viewer");
        story.answered("a", story.asked("a", 0), 5);
        story.answered("a", story.asked("a", 0), 5);
        sees();
        story.answered("a", story.asked("a", 0), 4);
        sees(CacheStory.PROMISE);
    }

    @Test
    void aCacheThatGivesOutWhatItKnowsToBeOverIsSeen() {
        CacheStory story = new CacheStory(complaints, "viewer");
        story.answered("a", story.asked("a", 5), 6);
        sees();
        story.answered("a", story.asked("a", 7), 6);
        sees(CacheStory.PROMISE);
    }

    // ---- barriers --------------------------------------------------------------------------------------------------

    private RoundLedger rounds(String... waiting) {
        RoundLedger ledger = new RoundLedger(complaints, 2, 100);
        for (String who : waiting) {
            ledger.arriving(who);
        }
        return ledger;
    }

    @Test
    void aRoundThatEnoughPassTogetherIsRight() {
        RoundLedger ledger = rounds("a", "b");
        ledger.passed("a", 0, 1);
        ledger.broke("b", 0, false, 1);
        sees();
    }

    @Test
    void aRoundThatTooFewWaitedForIsSeen() {
        RoundLedger ledger = rounds("a", "b");
        ledger.departed("b", 0);
        ledger.passed("a", 0, 200);
        sees(RoundLedger.TOGETHER);
    }

    @Test
    void aRoundThatTooManyPassIsSeen() {
        RoundLedger ledger = rounds("a", "b", "c");
        ledger.passed("a", 0, 1);
        ledger.passed("b", 0, 1);
        ledger.passed("c", 0, 1);
        sees(RoundLedger.TOGETHER);
    }

    @Test
    void aRoundThatIsPassedTwiceIsSeen() {
        RoundLedger ledger = rounds("a", "b");
        ledger.passed("a", 1, 1);
        ledger.passed("a", 1, 1);
        sees(RoundLedger.TOGETHER);
    }

    @Test
    void aRoundThatBrokeForOneOnlyIsSeen() {
        RoundLedger ledger = rounds("a", "b");
        ledger.broke("b", 0, true, 1);
        ledger.passed("a", 0, 1);
        sees(RoundLedger.FOR_ALL);
    }

    @Test
    void whoEntersADoubleBarrierTooEarlyIsSeen() {
        StayLedger ledger = new StayLedger(complaints, 2);
        ledger.entered(ledger.coming("a", () -> true));
        sees(StayLedger.ENTER);
    }

    @Test
    void whoLeavesADoubleBarrierBeforeTheOthersIsSeen() {
        StayLedger ledger = new StayLedger(complaints, 2);
        boolean[] lives = {false};
        Stay one = ledger.coming("a", () -> true);
        Stay other = ledger.coming("b", () -> lives[0]);
        ledger.entered(one);
        ledger.entered(other);
        ledger.leaving(one);
        ledger.left(one);
        sees();
        lives[0] = true;
        ledger.left(one);
        sees(StayLedger.LEAVE);
        ledger.leaving(other);
        ledger.left(other);
        sees(StayLedger.LEAVE);
    }

    @Test
    void whoPassesADoubleBarrierLateIsAwaitedByThoseWhoAskToLeaveThen() {
        StayLedger ledger = new StayLedger(complaints, 2);
        Stay one = ledger.coming("a", () -> true);
        Stay other = ledger.coming("b", () -> true);
        Stay late = ledger.coming("c", () -> true);
        ledger.entered(one);
        ledger.entered(other);
        ledger.leaving(one);
        ledger.late(late);
        ledger.entered(late);
        ledger.leaving(other);
        ledger.left(one);
        sees();
        ledger.left(other);
        sees(StayLedger.LEAVE);
    }

    @Test
    void aLatchThatOpensTooEarlyIsSeen() {
        LatchLedger ledger = new LatchLedger(complaints, 2);
        ledger.counting("one");
        ledger.counting("one");
        ledger.opened("a");
        sees(LatchLedger.PROMISE);
    }

    @Test
    void aNameThatIsNewTwiceIsSeen() {
        LatchLedger ledger = new LatchLedger(complaints, 2);
        ledger.countedFirst("one");
        ledger.countedFirst("one");
        sees(LatchLedger.PROMISE);
    }
}
