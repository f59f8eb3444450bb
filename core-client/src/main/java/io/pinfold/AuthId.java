package io.pinfold;

/**
 * An identity of a connection as the server sees it. Immutable.
 *
 * @param scheme the authentication scheme, for example {@code ip} or {@code digest}
 * @param id who, without any secret part
 */
public record AuthId(String scheme, String id) {}
