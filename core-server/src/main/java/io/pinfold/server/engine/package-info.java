/**
 * The room where everything meets: inputs in, effects out. Owns all state of a member; no threads, sockets, files,
 * clocks or randomness. Confined to the node loop.
 */
package io.pinfold.server.engine;
