package io.pinfold.server.consensus;

/**
 * Who is at the other end of a link, as authenticated by the rim, at the moment when the link was made. Immutable.
 *
 * @param cluster the peer's cluster; of a peer that belongs to none yet, the one that it would found
 * @param incarnation number of the peer's data directory, made anew when the directory is lost
 * @param adopted whether the peer belongs to the cluster
 * @param history whether the peer has a snapshot or an entry in its log
 */
public record PeerHello(ClusterId cluster, long incarnation, boolean adopted, boolean history) {}
