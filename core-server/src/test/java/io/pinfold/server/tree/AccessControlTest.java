package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessControlTest {
    private static final List<AuthId> STRANGER = List.of(new AuthId("ip", "10.0.0.7"));

    private final Authorizer rules = new AccessControl();

    @ParameterizedTest
    @CsvSource({
        "world, anyone, true",
        "digest, bob:hash, true",
        "digest, bob:other, false",
        "sasl, alice, true",
        "sasl, bob, false",
        "x509, CN=alice, true",
        "ip, 10.0.0.0/8, true",
        "ip, 11.0.0.0/8, false",
        "ensemble, any, false"
    })
    void grantsToWhomTheEntryNames(String scheme, String id, boolean permitted) {
        List<AuthId> ids = List.of(
                new AuthId("ip", "10.0.0.7"),
                new AuthId("digest", "bob:hash"),
                new AuthId("sasl", "alice"),
                new AuthId("ensemble", "any"),
                new AuthId("x509", "CN=alice"));
        assertEquals(permitted, rules.permits(List.of(new Acl(Acl.READ, scheme, id)), Acl.READ, ids));
    }

    @Test
    void grantsOnlyWhatAnEntrySays() {
        List<Acl> acl = List.of(new Acl(Acl.READ, "world", "anyone"), new Acl(Acl.WRITE, "ip", "10.0.0.7"));
        assertTrue(rules.permits(acl, Acl.READ, STRANGER));
        assertTrue(rules.permits(acl, Acl.WRITE, STRANGER));
        assertFalse(rules.permits(acl, Acl.ADMIN, STRANGER));
        assertFalse(rules.permits(acl, Acl.WRITE, List.of()));
    }

    @Test
    void isContentWithOneOfSeveralPermissions() {
        assertTrue(rules.permits(Acl.READ_ONLY, Acl.READ | Acl.ADMIN, STRANGER));
        assertFalse(rules.permits(Acl.READ_ONLY, Acl.WRITE | Acl.ADMIN, STRANGER));
    }

    @Test
    void anEmptyListProtectsNothing() {
        assertTrue(rules.permits(List.of(), Acl.ADMIN, List.of()));
    }

    @Test
    void theSuperUserPassesEveryList() {
        List<Acl> nobody = List.of(new Acl(0, "world", "anyone"));
        assertFalse(rules.permits(nobody, Acl.READ, STRANGER));
        assertTrue(rules.permits(nobody, Acl.READ, List.of(new AuthId("super", ""))));
    }
}
