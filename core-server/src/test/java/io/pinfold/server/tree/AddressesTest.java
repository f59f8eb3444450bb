package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.2.3, 10.0.0.0/8, true",
        "10.1.2.3, 11.0.0.0/8, false",
        "10.1.2.3, 10.1.2.0/30, true",
        "10.1.2.4, 10.1.2.0/30, false",
        "10.1.2.3, 10.1.2.2/31, true",
        "10.1.2.3, 0.0.0.0/0, true",
        "200.1.2.3, 200.1.2.3/32, true",
        "10.1.2.3, ::/0, false",
        "fe80::1, fe80::/64, true",
        "fe80::1%eth0, fe80::1, true",
        "fe80:0:0:1::1, fe80::/64, false",
        "0:0:0:0:0:0:0:1, ::1, true",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8, true",
        "1:2:3:4:5:6:7:8, 1:2::7:8/32, true",
        "abcd::, ABCD::, true",
        "nonsense, 10.0.0.0/8, false",
        "10.1.2.3, nonsense, false"
    })
    void comparesAsManyBitsAsThePatternSays(String address, String pattern, boolean matches) {
        assertEquals(matches, Addresses.matches(address, pattern));
    }
}
