package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.NoAuthException;
import io.pinfold.PinfoldException;
import io.pinfold.framework.ContenderAction.Delete;
import io.pinfold.framework.ContenderAction.Done;
import io.pinfold.framework.ContenderAction.Enlist;
import io.pinfold.framework.ContenderAction.Fail;
import io.pinfold.framework.ContenderAction.Grant;
import io.pinfold.framework.ContenderAction.ListPlaces;
import io.pinfold.framework.ContenderAction.Lose;
import io.pinfold.framework.ContenderAction.Pause;
import io.pinfold.framework.ContenderAction.Refuse;
import io.pinfold.framework.ContenderAction.Resolve;
import io.pinfold.framework.ContenderAction.UnwatchPredecessor;
import io.pinfold.framework.ContenderAction.WatchOwn;
import io.pinfold.framework.ContenderAction.WatchPredecessor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContenderTest {
    private static final PlaceNames NAMES = new PlaceNames("lock-");
    private static final long SESSION = 7;
    private static final String A = "_c_a-lock-0000000001";
    private static final String B = "_c_b-lock-0000000002";
    private static final String MINE = "_c_g1-lock-0000000003";

    private int guids;
    private final Contender contender = contender(true);

    @Test
    void createsAndListsInOneFlush() {
        assertEquals(List.of(new Enlist("g1", "_c_g1-lock-", 1)), contender.enter());
    }

    @Test
    void isGrantedTheFreePlaceByTheListingThatWasSentAlong() {
        contender.enter();

        contender.created("g1", MINE, 50, SESSION);
        List<ContenderAction> actions = contender.listed(1, List.of(MINE, "stranger"));

        assertEquals(List.of(new Grant(MINE, 50, SESSION), new WatchOwn(MINE)), actions);
    }

    @Test
    void makesUseOfAListingThatArrivesBeforeTheCreation() {
        contender.enter();

        contender.listed(1, List.of(MINE));

        assertEquals(
                List.of(new Grant(MINE, 50, SESSION), new WatchOwn(MINE)), contender.created("g1", MINE, 50, SESSION));
    }

    @Test
    void listsAgainWhenTheListingOvertookTheCreation() {
        contender.enter();
        contender.listed(1, List.of(A));

        assertEquals(List.of(new ListPlaces(2)), contender.created("g1", MINE, 50, SESSION));
    }

    @Test
    void watchesItsOwnPlaceBeforeThatOfItsPredecessor() {
        contender.enter();
        contender.created("g1", MINE, 50, SESSION);

        assertEquals(List.of(new WatchOwn(MINE), new WatchPredecessor(B)), contender.listed(1, List.of(MINE, B, A)));
    }

    @Test
    void holdsAsSoonAsTheOnlyPredecessorIsGone() {
        waitBehind(A);

        assertEquals(List.of(new Grant(MINE, 50, SESSION)), contender.predecessorGone(A));
    }

    @Test
    void looksAgainWhenAPredecessorInTheMiddleIsGone() {
        waitBehind(A, B);

        assertEquals(List.of(new ListPlaces(2)), contender.predecessorGone(B));
        assertEquals(List.of(new WatchPredecessor(A)), contender.listed(2, List.of(A, MINE)));
    }

    @Test
    void queuesAgainWhenItsPlaceIsDeletedAndIsNotFooledByThePredecessorsEnd() {
        waitBehind(A);

        assertEquals(List.of(new UnwatchPredecessor(A), new Pause(2, 1)), contender.ownDeleted(MINE));
        assertEquals(List.of(), contender.predecessorGone(A));
        assertEquals(List.of(new Enlist("g2", "_c_g2-lock-", 3)), contender.pauseOver(2));
    }

    @Test
    void ignoresAnswersToOlderQuestions() {
        waitBehind(A, B);
        contender.predecessorGone(B);
        contender.sessionResumed();

        assertEquals(List.of(), contender.listed(2, List.of(MINE)));
        assertEquals(List.of(new Grant(MINE, 50, SESSION)), contender.listed(3, List.of(MINE)));
    }

    @Test
    void looksAgainAfterAReconnection() {
        waitBehind(A);

        assertEquals(List.of(new ListPlaces(2)), contender.sessionResumed());
    }

    @Test
    void queuesAgainWhenItsSessionIsOver() {
        waitBehind(A);

        assertEquals(List.of(new UnwatchPredecessor(A), new Pause(2, 1)), contender.sessionExpired(SESSION));
    }

    @Test
    void doesNotCareForTheEndOfAnotherSession() {
        waitBehind(A);

        assertEquals(List.of(), contender.sessionExpired(SESSION - 1));
    }

    @Test
    void doesNotBelieveInAPlaceOfADeadSession() {
        contender.enter();
        contender.sessionExpired(SESSION);

        assertEquals(List.of(new Pause(2, 1)), contender.created("g1", MINE, 50, SESSION));
    }

    @Test
    void tellsTheHolderOfTheDeletionOfItsPlace() {
        waitBehind(A);
        contender.predecessorGone(A);

        assertEquals(List.of(new Lose(), new Done()), contender.ownDeleted(MINE));
    }

    @Test
    void findsOutAboutALostReplyAndTakesTheIdentityFromTheServer() {
        contender.enter();

        assertEquals(List.of(new Resolve(2)), contender.createUnknown("g1"));
        assertEquals(List.of(new ContenderAction.Identify(MINE, 3)), contender.listed(2, List.of(A, MINE)));
        assertEquals(List.of(new WatchOwn(MINE), new WatchPredecessor(A)), contender.identified(3, 50, SESSION));
    }

    @Test
    void deletesAGhostOfItsDeadSession() {
        contender.enter();
        contender.createUnknown("g1");
        contender.sessionExpired(SESSION);
        contender.listed(2, List.of(MINE));

        assertEquals(List.of(new Delete(MINE), new Pause(4, 1)), contender.identified(3, 50, SESSION));
    }

    @Test
    void neverUsesAnIdentityTwice() {
        contender.enter();
        contender.createUnknown("g1");

        contender.listed(2, List.of(A));

        assertEquals(List.of(new Enlist("g2", "_c_g2-lock-", 4)), contender.pauseOver(3));
    }

    @Test
    void whoLeavesWhileCreatingDeletesWhatComesOfIt() {
        contender.enter();

        assertEquals(List.of(), contender.withdraw());
        assertEquals(List.of(new Delete(MINE), new Done()), contender.created("g1", MINE, 50, SESSION));
    }

    @Test
    void whoLeavesWithALostReplyLooksUntilItKnows() {
        contender.enter();
        contender.withdraw();

        assertEquals(List.of(new Resolve(2)), contender.createUnknown("g1"));
        assertEquals(List.of(new Pause(3, 1)), contender.readFailed(2, lost()));
        assertEquals(List.of(new Resolve(4)), contender.pauseOver(3));
        assertEquals(List.of(new Delete(MINE), new Done()), contender.listed(4, List.of(MINE)));
    }

    @Test
    void whoLeavesTheQueueTakesItsWatchAlong() {
        waitBehind(A);

        assertEquals(List.of(new UnwatchPredecessor(A), new Delete(MINE), new Done()), contender.withdraw());
    }

    @Test
    void whoDoesNotWaitIsRefusedByTheFirstListing() {
        Contender impatient = contender(false);
        impatient.enter();
        impatient.created("g1", MINE, 50, SESSION);

        assertEquals(List.of(new Refuse(), new Delete(MINE), new Done()), impatient.listed(1, List.of(A, MINE)));
    }

    @Test
    void whoDoesNotWaitFailsWithTheFirstFailureButStillCleansUp() {
        Contender impatient = contender(false);
        PinfoldException cause = lost();
        impatient.enter();
        impatient.createUnknown("g1");

        assertEquals(List.of(new Fail(cause), new Pause(3, 1)), impatient.readFailed(2, cause));
        assertEquals(List.of(new Resolve(4)), impatient.pauseOver(3));
        assertEquals(List.of(new Delete(MINE), new Done()), impatient.listed(4, List.of(MINE)));
    }

    @Test
    void givesUpWhenTheServerRefusesForGood() {
        PinfoldException cause = new NoAuthException("/q", "no");
        contender.enter();

        assertEquals(List.of(new Fail(cause), new Done()), contender.createRefused("g1", cause));
    }

    @Test
    void deletesItsPlaceWhenTheListingIsRefused() {
        PinfoldException cause = new NoAuthException("/q", "no");
        contender.enter();
        contender.created("g1", MINE, 50, SESSION);

        assertEquals(List.of(new Fail(cause), new Delete(MINE), new Done()), contender.readRefused(1, cause));
    }

    @Test
    void aCreationThatComesOutAfterTheEndIsUndone() {
        contender.enter();
        contender.closed(new ClientClosedException(null, "closed"));

        assertEquals(List.of(new Delete(MINE)), contender.created("g1", MINE, 50, SESSION));
    }

    @Test
    void retriesWithGrowingPauses() {
        contender.enter();

        assertEquals(List.of(new Pause(2, 1)), contender.createFailed("g1", lost()));
        contender.pauseOver(2);
        assertEquals(List.of(new Pause(4, 2)), contender.createFailed("g2", lost()));
    }

    @Test
    void doesNotWaitForThePauseWhenTheConnectionIsBack() {
        contender.enter();
        contender.createFailed("g1", lost());

        assertEquals(List.of(new Enlist("g2", "_c_g2-lock-", 3)), contender.sessionResumed());
        assertEquals(List.of(), contender.pauseOver(2));
    }

    @Test
    void looksAgainWhenAGrantIsDoubted() {
        waitBehind(A);
        contender.predecessorGone(A);

        assertEquals(List.of(new Pause(2, 1)), contender.grantDoubted());
        assertEquals(List.of(new ListPlaces(3)), contender.pauseOver(2));
        assertEquals(List.of(new Grant(MINE, 50, SESSION)), contender.listed(3, List.of(MINE)));
    }

    @Test
    void queuesAgainWhenAGrantCameTooLateForItsSession() {
        waitBehind(A);
        contender.predecessorGone(A);

        assertEquals(List.of(new Delete(MINE), new Pause(2, 1)), contender.grantStale());
        assertTrue(contender.pauseOver(2).get(0) instanceof Enlist);
    }

    private void waitBehind(String... others) {
        contender.enter();
        contender.created("g1", MINE, 50, SESSION);
        List<String> all = new java.util.ArrayList<>(List.of(others));
        all.add(MINE);
        contender.listed(1, all);
        assertEquals(Contender.Phase.WAITING, contender.phase());
    }

    private Contender contender(boolean patient) {
        return new Contender(NAMES, Ranking.first(NAMES), patient, () -> "g" + ++guids);
    }

    private static PinfoldException lost() {
        return new ConnectionLostException(null, "lost");
    }
}
