package io.pinfold.server.tree;

/**
 * A change with its place in the order of all changes. Immutable.
 *
 * @param zxid the place
 * @param timeMillis the leader's clock when the change was prepared, in milliseconds since 1970
 * @param sessionId the session that asked for it, or that it is about; 0 for the server itself
 * @param cxid the client's number for the request; 0 for the server itself
 * @param body what changes
 */
public record TxnRecord(long zxid, long timeMillis, long sessionId, int cxid, Txn body) {}
