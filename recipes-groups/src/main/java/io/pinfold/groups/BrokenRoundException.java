package io.pinfold.groups;

/** Somebody who had arrived at a barrier went away before the others came; the round is over for all who waited. */
public final class BrokenRoundException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** The number of the round. */
    private final long round;

    BrokenRoundException(long round, String message) {
        super(message);
        this.round = round;
    }

    /** {@return the number of the round} */
    public long round() {
        return round;
    }
}
