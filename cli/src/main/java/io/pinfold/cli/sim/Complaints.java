package io.pinfold.cli.sim;

/** Hears of promises that are broken. */
@FunctionalInterface
interface Complaints {
    void broken(String promise, String what);
}
