package io.pinfold.election;

/**
 * A candidate, as an onlooker sees it. Immutable.
 *
 * @param id what the candidate calls itself; empty for programs that say nothing
 * @param metadata what else it says about itself; empty for nothing
 * @param path its znode
 * @param sessionId the session that owns it
 * @param term the number of the term in which it leads, or will lead
 */
public record Candidate(String id, String metadata, String path, long sessionId, long term) {}
