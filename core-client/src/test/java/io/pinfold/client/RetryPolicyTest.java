package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Retry policies are pure functions. */
class RetryPolicyTest {
    private static final RetryPolicy POLICY = RetryPolicy.exponential(Duration.ofMillis(10), Duration.ofMillis(1000));

    private static RetryPolicy.Attempt attempt(int number, long elapsedMillis, double random) {
        return new RetryPolicy.Attempt(number, Duration.ofMillis(elapsedMillis), ErrorCode.CONNECTION_LOSS, random);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0.0, 5",
        "1, 0.5, 7.5",
        "2, 0.0, 10",
        "3, 0.0, 20",
        "7, 0.0, 320",
        "8, 0.0, 500",
        "9, 0.0, 500",
        "1000000, 0.0, 500",
        "2147483647, 0.5, 750"
    })
    void delayDoublesUpToTheLongest(int number, double random, double millis) {
        assertEquals(Optional.of(Duration.ofNanos((long) (millis * 1e6))), POLICY.delay(attempt(number, 0, random)));
    }

    @Test
    void delayStaysBelowTheLongestWhateverTheChance() {
        Duration delay = POLICY.delay(attempt(60, 0, 0.999999)).orElseThrow();

        assertEquals(-1, delay.compareTo(Duration.ofMillis(1000)));
    }

    @Test
    void numberOfAttemptsMayBeBounded() {
        RetryPolicy thrice = POLICY.atMost(3);

        assertEquals(true, thrice.delay(attempt(2, 0, 0)).isPresent());
        assertEquals(Optional.empty(), thrice.delay(attempt(3, 0, 0)));
    }

    @Test
    void timeMayBeBounded() {
        RetryPolicy short1 = POLICY.within(Duration.ofMillis(100));

        assertEquals(true, short1.delay(attempt(9, 99, 0)).isPresent());
        assertEquals(Optional.empty(), short1.delay(attempt(1, 100, 0)));
    }

    @Test
    void neverMeansNever() {
        assertEquals(Optional.empty(), RetryPolicy.NEVER.delay(attempt(1, 0, 0)));
    }

    @Test
    void senselessBoundsAreRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> RetryPolicy.exponential(Duration.ZERO, Duration.ofSeconds(1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> RetryPolicy.exponential(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }
}
