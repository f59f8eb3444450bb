package io.pinfold.testing.sim.oracle;

/** Nothing that has a limit grows beyond it. */
final class ResourceBounds implements Invariant {
    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Queued queued && queued.amount() > queued.limit()) {
            throw broken("member " + queued.member() + " has " + queued.amount() + " of " + queued.what()
                    + ", the limit is " + queued.limit());
        }
    }
}
