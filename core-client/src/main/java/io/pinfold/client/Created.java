package io.pinfold.client;

import io.pinfold.Stat;

/**
 * A znode that a call of this client created. Immutable.
 *
 * @param path its path, with the counter if it is sequential
 * @param stat its metadata at creation; {@code stat.czxid()} is fit as a fencing token
 */
public record Created(String path, Stat stat) {}
