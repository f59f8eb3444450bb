package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users' paths and the server's. */
class ChrootTest {
    private final Chroot chroot = new Chroot("/app");

    @ParameterizedTest
    @CsvSource({
        "/, /app",
        "/a, /app/a",
        "/a/b, /app/a/b",
        "/app, /app/app",
        "/zookeeper, /zookeeper",
        "/zookeeper/quota, /zookeeper/quota",
        "/zookeepers, /app/zookeepers",
    })
    void pathsGoThereAndBack(String user, String server) {
        assertEquals(server, chroot.toServer(user));
        assertEquals(user, chroot.toUser(server));
    }

    @Test
    void pathsOutsideStayAsTheyAre() {
        assertEquals("/application", chroot.toUser("/application"));
        assertEquals("/a", new Chroot("").toServer("/a"));
        assertEquals("/a", new Chroot("").toUser("/a"));
        assertEquals("/app/", chroot.prefixToServer("/"));
    }
}
