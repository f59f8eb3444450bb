package io.pinfold.queue;

/**
 * What became of a put that succeeded. Immutable.
 *
 * @param id the item's id, unique for ever; for a duplicate, that of the item that was there before
 * @param duplicate whether nothing was put because an item with the same dedup key is in the queue already
 */
public record Receipt(String id, boolean duplicate) {}
