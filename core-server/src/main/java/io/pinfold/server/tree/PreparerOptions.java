package io.pinfold.server.tree;

import java.util.function.Consumer;

/**
 * What a {@link Preparer} judges by, besides the state. Immutable.
 *
 * @param authorizer who may do what
 * @param maxTxnBytes what becomes longer than this as a transaction is refused; must be well above the size of a request
 * @param extendedTypes whether znodes may have a time to live
 * @param quotasEnforced whether hard quotas bind
 * @param softQuota hears of each path of a change that goes beyond a soft quota, which does not bind
 */
public record PreparerOptions(
        Authorizer authorizer,
        int maxTxnBytes,
        boolean extendedTypes,
        boolean quotasEnforced,
        Consumer<String> softQuota) {}
