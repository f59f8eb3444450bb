package io.pinfold.cli;

import java.util.List;
import java.util.Map;

/**
 * What {@code pinfold why} found at a path. Immutable.
 *
 * @param path where
 * @param kind which recipe's it is, or that it is none's
 * @param verdict how it is, in a few words
 * @param facts what there is to know beyond those who are there, by name, in order
 * @param seats who is there: holders first, then those who wait, in order
 * @param faults what is wrong; empty if nothing is
 */
record Diagnosis(
        String path, String kind, String verdict, Map<String, String> facts, List<Seat> seats, List<String> faults) {
    boolean isHealthy() {
        return faults.isEmpty();
    }
}
