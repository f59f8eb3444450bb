package io.pinfold.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes in readable form: hexadecimal digits, texts in double quotes, {@code 16*00} for a byte repeated, and spaces and
 * bars wherever they help. Stateless.
 */
final class Hex {
    private static final Pattern TOKEN = Pattern.compile("\"([^\"]*)\"|(\\d+)\\*([0-9a-f]{2})|([0-9a-f]+)|[| \n]");

    private Hex() {}

    static byte[] bytes(String readable) {
        StringBuilder digits = new StringBuilder();
        Matcher token = TOKEN.matcher(readable);
        int end = 0;
        while (token.lookingAt()) {
            if (token.group(1) != null) {
                digits.append(HexFormat.of().formatHex(token.group(1).getBytes(StandardCharsets.UTF_8)));
            } else if (token.group(2) != null) {
                digits.append(token.group(3).repeat(Integer.parseInt(token.group(2))));
            } else if (token.group(4) != null) {
                digits.append(token.group(4));
            }
            end = token.end();
            token.region(end, readable.length());
        }
        assertEquals(readable.length(), end, "not readable: " + readable.substring(end));
        return HexFormat.of().parseHex(digits);
    }

    static JuteReader reader(String readable) {
        return new JuteReader(bytes(readable));
    }

    static void assertWritten(String expected, JuteWriter actual) {
        assertArrayEquals(
                bytes(expected),
                actual.toByteArray(),
                () -> "expected " + expected + ", got " + HexFormat.of().formatHex(actual.toByteArray()));
    }
}
