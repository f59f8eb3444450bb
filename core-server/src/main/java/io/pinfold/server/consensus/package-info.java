/**
 * How several members become one: who leads, which entries are in the log of all of them, and from when on an entry can
 * no longer be lost. Pure: inputs in, effects out; no threads, sockets, files, clocks or randomness.
 *
 * <p>{@link io.pinfold.server.consensus.Replica} is the only door. What it promises is Zab's (total order, primary order),
 * how it does so is Raft's, with the zxid in the place of term and index: see docs/internals/replication.md.
 */
@NullMarked
package io.pinfold.server.consensus;

import org.jspecify.annotations.NullMarked;
