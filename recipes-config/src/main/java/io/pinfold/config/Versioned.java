package io.pinfold.config;

/**
 * A value with the version in which it was seen. Immutable.
 *
 * @param value the value
 * @param version how often the znode's data had been changed; 0 for data that it was created with
 * @param <T> the type of the value
 */
public record Versioned<T>(T value, int version) {}
