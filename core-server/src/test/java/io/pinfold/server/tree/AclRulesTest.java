package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AclRulesTest {
    @ParameterizedTest
    @CsvSource({
        "world, anyone, true",
        "world, somebody, false",
        "digest, bob:hash=, true",
        "digest, bob, false",
        "digest, bob:, false",
        "digest, ':', false",
        "digest, :hash, true",
        "digest, bob:hash:, true",
        "digest, a:b:c, false",
        "ip, 10.0.0.1, true",
        "ip, 10.0.0.0/8, true",
        "ip, 10.0.0.0/33, false",
        "ip, 10.0.0.0/-1, false",
        "ip, 10.0.0.0/, false",
        "ip, 10.0.0, false",
        "ip, 10.0.0.256, false",
        "ip, '', false",
        "ip, ::1, true",
        "ip, ::, true",
        "ip, fe80::1/64, true",
        "ip, fe80::1/129, false",
        "ip, 1:2:3:4:5:6:7:8, true",
        "ip, 1:2:3:4:5:6:7, false",
        "ip, 1::2::3, false",
        "ip, 12345::, false",
        "ip, 1:2:3:4:5:6:7:8::, false",
        "sasl, alice@EXAMPLE, true",
        "x509, 'CN=alice', true",
        "'', '', false",
        "nonsense, x, false"
    })
    void knowsWhichEntriesAreLegal(String scheme, String id, boolean legal) {
        List<Acl> acl = List.of(new Acl(1, scheme, id));
        assertEquals(legal ? acl : null, AclRules.stored(acl, List.of()));
    }

    @Test
    void refusesAnEmptyList() {
        assertNull(AclRules.stored(List.of(), List.of()));
    }

    @Test
    void dropsDuplicatesAndKeepsTheOrder() {
        Acl one = new Acl(1, "world", "anyone");
        Acl other = new Acl(2, "world", "anyone");
        assertEquals(List.of(other, one), AclRules.stored(List.of(other, one, other), List.of()));
        assertSame(Acl.OPEN, AclRules.stored(Acl.OPEN, List.of()));
    }

    @Test
    void replacesAuthByAllThatTheCallerHasAuthenticatedAs() {
        List<AuthId> ids =
                List.of(new AuthId("ip", "10.0.0.1"), new AuthId("digest", "bob:hash"), new AuthId("sasl", "bob"));
        List<Acl> asked = List.of(new Acl(1, "world", "anyone"), new Acl(31, "auth", "whatever"));
        assertEquals(
                List.of(new Acl(1, "world", "anyone"), new Acl(31, "digest", "bob:hash"), new Acl(31, "sasl", "bob")),
                AclRules.stored(asked, ids));
        assertNull(AclRules.stored(asked, ids.subList(0, 1)));
    }
}
