package io.pinfold.client.session;

import org.jspecify.annotations.Nullable;

/** How a client proves by SASL who it is, anew on each connection and before anything else is sent. Confined to the client's loop. */
public interface Login {
    /** This client and its server do not come together; trying again would not help. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        /**
         * Makes one.
         *
         * @param message what is wrong, as the end of a sentence
         * @param cause what revealed it, or {@code null}
         */
        public Refused(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Begins anew, on a new connection.
     *
     * @return what to say first
     * @throws Refused if it cannot be said
     */
    byte[] begin() throws Refused;

    /**
     * Hears what the server says.
     *
     * @param challenge its words
     * @return what to say next; null when both sides are content
     * @throws Refused if the server is not content, or not the one that knows the password
     */
    byte @Nullable [] answer(byte[] challenge) throws Refused;
}
