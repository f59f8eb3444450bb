/**
 * What survives a crash: the write-ahead log, snapshots and the member's identity. Blocking; confined to the disk thread
 * and the snapshot thread. Knows nothing about what the bytes mean.
 *
 * <p>{@link io.pinfold.server.storage.Storage} is the front door. A data directory holds
 *
 * <pre>
 * lock                        held by the process that uses the directory
 * identity-a, identity-b      cluster, member, incarnation and session key, twice ({@code IdentityFiles})
 * log-SEQUENCE                entries ({@code SegmentHeader}, {@code RecordFormat}); the highest sequence is written
 * snapshot-ZXID               the state after that entry, in checksummed blocks ({@code SnapshotFormat})
 * *.new                       never finished; removed at start
 * accept-loss-from-ZXID       made by an operator who agrees to lose what cannot be read
 * </pre>
 *
 * <p>Why damage is told from a crash, and what is done about either, stands in {@code LogRecovery}; how writing stays fast
 * in {@code SegmentWriter}; what a failed write means in {@code Poison}.
 */
package io.pinfold.server.storage;
