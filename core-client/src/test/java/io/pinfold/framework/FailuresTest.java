package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.pinfold.ErrorCode;
import io.pinfold.NoNodeException;
import io.pinfold.PinfoldException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void whatFuturesWrappedInIsTakenOut() {
        NoNodeException cause = new NoNodeException("/a", "no node");

        assertSame(cause, Failures.causeOf(new CompletionException(new CompletionException(cause))));
    }

    @Test
    void whatIsNoneOfTheClientsExceptionsComesAlongWithOne() {
        IllegalStateException cause = new IllegalStateException("a mistake");

        PinfoldException unexpected = Failures.causeOf(new CompletionException(cause));

        assertEquals(ErrorCode.SYSTEM_ERROR, unexpected.code());
        assertSame(cause, unexpected.getSuppressed()[0]);
    }
}
