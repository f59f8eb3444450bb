package io.pinfold.queue;

import java.time.Instant;

/**
 * A claim as an onlooker sees it. Immutable.
 *
 * @param itemId the item, or the key of the item behind {@code =}, or a digest of the key behind {@code ~}: for items with
 *     a key the claim is on the key
 * @param consumer what the claiming process says about itself
 * @param sessionId the session that owns the claim
 * @param fencingToken the token of the delivery
 * @param since since when, by the clock of the ensemble's leader
 */
public record QueueClaim(String itemId, String consumer, long sessionId, long fencingToken, Instant since) {}
