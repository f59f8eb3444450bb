package io.pinfold.locks;

import io.pinfold.Acl;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * What a job guard was told. Immutable.
 *
 * @param path the znode of the record
 * @param schedule which slot is due
 * @param clock what time it is
 * @param atMostOnce whether a slot is done with when its run begins
 * @param holdAtLeast how long others are kept out, from the beginning of a run
 * @param owner what this process says about itself
 * @param acl of all znodes
 */
record JobTerms(
        String path,
        JobSchedule schedule,
        InstantSource clock,
        boolean atMostOnce,
        Duration holdAtLeast,
        String owner,
        List<Acl> acl) {}
