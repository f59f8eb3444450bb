package io.pinfold.server.engine;

import io.pinfold.server.consensus.Role;

/**
 * What a member is at the moment. Immutable.
 *
 * @param role its role
 * @param leader the leader's id, 0 if there is none as far as is known
 * @param epoch the epoch
 * @param serving whether requests that change something are carried out: it leads, or follows a leader that said so
 * @param voting whether its acknowledgements and votes count; not those of an observer, or while it learns again what it lost
 * @param appliedZxid the last change that clients of this member can see
 */
public record Status(Role role, int leader, long epoch, boolean serving, boolean voting, long appliedZxid) {}
