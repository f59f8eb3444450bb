package io.pinfold.server.engine;

import io.pinfold.AuthId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step of a login by SASL came to. Immutable.
 *
 * @param token what to say to the client; null for nothing
 * @param failed whether the login failed
 * @param proven who the client is, when the last step is done
 */
public record SaslStep(byte @Nullable [] token, boolean failed, List<AuthId> proven) {
    /** There are no logins by SASL. */
    public static final SaslStep NONE = new SaslStep(null, false, List.of());

    /** The client could not show that it is who it says. */
    public static final SaslStep FAILED = new SaslStep(null, true, List.of());
}
