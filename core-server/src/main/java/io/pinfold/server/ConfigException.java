package io.pinfold.server;

/**
 * A configuration that cannot work. The message is one sentence for an operator that names the key, the value and what
 * is allowed.
 */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * Says what is wrong.
     *
     * @param message one sentence for an operator
     */
    public ConfigException(String message) {
        super(message);
    }

    /**
     * Says what is wrong, and why it was found out.
     *
     * @param message one sentence for an operator
     * @param cause what revealed it
     */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
