package io.pinfold.server.tree;

/**
 * What a {@link Preparer} judges by, besides the state. Immutable.
 *
 * @param authorizer who may do what
 * @param maxTxnBytes what becomes longer than this as a transaction is refused; must be well above the size of a request
 * @param extendedTypes whether znodes may have a time to live
 */
public record PreparerOptions(Authorizer authorizer, int maxTxnBytes, boolean extendedTypes) {}
