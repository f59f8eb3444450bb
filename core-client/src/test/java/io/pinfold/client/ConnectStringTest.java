package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What connect strings mean, and which mean nothing. */
class ConnectStringTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost                     | [localhost:2181]                    |",
                "localhost:2182                | [localhost:2182]                    |",
                "a:1,b:2,c                     | [a:1, b:2, c:2181]                  |",
                " a:1 , b                      | [a:1, b:2181]                       |",
                "a_b-c.d:1                     | [a_b-c.d:1]                         |",
                "127.0.0.1:2181/               | [127.0.0.1:2181]                    |",
                "127.0.0.1/app                 | [127.0.0.1:2181]                    | /app",
                "a:1,b:2/app/team              | [a:1, b:2]                          | /app/team",
                "[::1]:2182                    | [[::1]:2182]                        |",
                "[::1],[fe80::1]:7/x           | [[::1]:2181, [fe80::1]:7]           | /x",
            })
    void goodOnesAreTakenApart(String text, String servers, String chroot) {
        ConnectString parsed = ConnectString.parse(text);

        assertEquals(servers, parsed.servers().toString());
        assertEquals(chroot == null ? "" : chroot, parsed.chroot());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a:0            | \"0\" is no port",
                "a:65536        | \"65536\" is no port",
                "a:             | \"\" is no port",
                "a:x            | \"x\" is no port",
                "a,             | an empty server",
                ",a             | an empty server",
                "/app           | an empty server",
                ":2181          | \"\" is no host name",
                "a b:1          | \"a b\" is no host name",
                "::1            | needs brackets",
                "[::1           | no closing bracket",
                "[]:1           | no closing bracket",
                "[::1]x         | behind the bracket",
                "a/x/           | ends with '/'",
                "a//x           | empty element",
                "a/../x         | relative element",
            })
    void badOnesAreRefusedWithTheReason(String text, String reason) {
        var failure = assertThrows(BadArgumentsException.class, () -> PinfoldClient.builder(text));

        assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    }

    @Test
    void emptyOnesAreRefused() {
        assertThrows(BadArgumentsException.class, () -> ConnectString.parse(""));
        assertThrows(BadArgumentsException.class, () -> ConnectString.parse("  "));
        assertThrows(BadArgumentsException.class, () -> ConnectString.parse(null));
    }
}
