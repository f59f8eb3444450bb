/**
 * What survives a crash: the write-ahead log, snapshots and the member's identity. Blocking; confined to the disk thread
 * and the snapshot thread. Knows nothing about what the bytes mean.
 */
package io.pinfold.server.storage;
