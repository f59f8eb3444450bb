package io.pinfold.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.pinfold.WatchEvent.Type;
import org.junit.jupiter.api.Test;

class MissedChangeTest {
    @Test
    void tellsADataWatchOfDeletionAndOfLaterData() {
        assertEquals(Type.NODE_DELETED, MissedChange.ofData(false, 0, 9));
        assertEquals(Type.NODE_DATA_CHANGED, MissedChange.ofData(true, 10, 9));
        assertNull(MissedChange.ofData(true, 9, 9));
    }

    @Test
    void tellsAnExistenceWatchOfAnyPresence() {
        assertEquals(Type.NODE_CREATED, MissedChange.ofExistence(true));
        assertNull(MissedChange.ofExistence(false));
    }

    @Test
    void tellsAChildWatchOfDeletionAndOfLaterChildren() {
        assertEquals(Type.NODE_DELETED, MissedChange.ofChildren(false, 0, 9));
        assertEquals(Type.NODE_CHILDREN_CHANGED, MissedChange.ofChildren(true, 10, 9));
        assertNull(MissedChange.ofChildren(true, 9, 9));
    }
}
