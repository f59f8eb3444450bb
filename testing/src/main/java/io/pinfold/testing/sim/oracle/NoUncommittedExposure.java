package io.pinfold.testing.sim.oracle;

/** No client hears of a zxid that is not committed. */
final class NoUncommittedExposure implements Invariant {
    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Answered answered) {
            require(answered.connection(), answered.header().zxid(), scene);
        } else if (fact instanceof Fact.Told told) {
            require(told.connection(), told.zxid(), scene);
        }
    }

    private void require(long connection, long zxid, Scene scene) {
        if (zxid > scene.model().lastZxid()) {
            throw broken("connection " + connection + " was shown 0x" + Long.toHexString(zxid) + ", committed is 0x"
                    + Long.toHexString(scene.model().lastZxid()));
        }
    }
}
