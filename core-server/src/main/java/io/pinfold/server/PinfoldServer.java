package io.pinfold.server;

/** Placeholder of the first build. */
public final class PinfoldServer {
    private PinfoldServer() {}
}
