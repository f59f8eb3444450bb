package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JobScheduleTest {
    private static final JobSchedule DAILY_AT_TWO = new JobSchedule(Duration.ofDays(1), Duration.ofHours(2), 0);
    private static final Instant NIGHT = Instant.parse("2026-11-21T01:59:59Z");
    private static final Instant MORNING = Instant.parse("2026-11-21T02:00:00Z");

    @Test
    void aSlotBeginsWithTheOffset() {
        long before = DAILY_AT_TWO.slotAt(NIGHT);

        assertEquals(before + 1, DAILY_AT_TWO.slotAt(MORNING));
        assertEquals(MORNING, DAILY_AT_TWO.beginOf(before + 1));
        assertEquals(-1, DAILY_AT_TWO.slotAt(Instant.EPOCH));
    }

    @Test
    void theCurrentSlotIsDueUnlessItOrALaterOneIsDoneWith() {
        long current = DAILY_AT_TWO.slotAt(MORNING);

        assertEquals(OptionalLong.of(current), DAILY_AT_TWO.due(OptionalLong.empty(), MORNING));
        assertEquals(OptionalLong.of(current), DAILY_AT_TWO.due(OptionalLong.of(current - 7), MORNING));
        assertEquals(OptionalLong.empty(), DAILY_AT_TWO.due(OptionalLong.of(current), MORNING));
        assertEquals(OptionalLong.empty(), DAILY_AT_TWO.due(OptionalLong.of(current + 1), MORNING));
    }

    @Test
    void missedSlotsAreMadeUpForUpToALimit() {
        JobSchedule catching = new JobSchedule(Duration.ofDays(1), Duration.ZERO, 2);
        long current = catching.slotAt(MORNING);

        assertEquals(OptionalLong.of(current - 2), catching.due(OptionalLong.of(current - 9), MORNING));
        assertEquals(OptionalLong.of(current - 1), catching.due(OptionalLong.of(current - 2), MORNING));
        assertEquals(OptionalLong.of(current), catching.due(OptionalLong.empty(), MORNING));
    }

    @Test
    void aScheduleHasAPeriodAndMissesNoNegativeNumberOfSlots() {
        assertThrows(IllegalArgumentException.class, () -> new JobSchedule(Duration.ofNanos(1), Duration.ZERO, 0));
        assertThrows(IllegalArgumentException.class, () -> new JobSchedule(Duration.ofDays(1), Duration.ZERO, -1));
    }

    @Test
    void aRecordIsReadAsItWasWritten() {
        JobRecord record = new JobRecord(-3, Long.MAX_VALUE, "host/1 and\nmore");

        assertEquals(Optional.of(record), JobRecord.read("/job", record.write()));
        assertEquals(Optional.empty(), JobRecord.read("/job", new byte[0]));
        assertThrows(IllegalStateException.class, () -> JobRecord.read("/job", new byte[] {'?'}));
    }
}
