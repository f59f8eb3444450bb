package io.pinfold.election;

/**
 * The leader, as an onlooker sees it. Immutable.
 *
 * @param id what the leader calls itself; empty for programs that say nothing
 * @param metadata what else it proclaims, such as its address; empty for nothing
 * @param term the number of its term: larger than that of every earlier leader
 * @param path its znode
 * @param sessionId the session that owns it
 */
public record Leader(String id, String metadata, long term, String path, long sessionId) {}
