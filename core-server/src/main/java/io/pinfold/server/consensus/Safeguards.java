package io.pinfold.server.consensus;

import org.jspecify.annotations.Nullable;

/** The safeguards that are on. Immutable. */
public final class Safeguards {
    /** What production runs with. */
    public static final Safeguards ALL = new Safeguards(null);

    private final @Nullable Safeguard off;

    private Safeguards(@Nullable Safeguard off) {
        this.off = off;
    }

    /** {@return all safeguards but one; only to show that a test notices} */
    public static Safeguards without(Safeguard safeguard) {
        return new Safeguards(safeguard);
    }

    /** {@return whether a rule holds} */
    public boolean on(Safeguard safeguard) {
        return off != safeguard;
    }
}
