package io.pinfold.cli.sim;

import io.pinfold.ErrorCode;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;

/**
 * An addition as Apache Curator's {@code DistributedAtomicLong} and {@code SharedCount} make it: read the number, and write
 * another one if nobody else did meanwhile. One whose reply is lost it leaves alone. Confined to the world's thread.
 */
final class CuratorCount implements CuratorProgram.Wish {
    private static final int WHATEVER_IT_IS = -1;

    private final Setting setting;
    private final CuratorProcess process;
    private final CountedNumber number;
    private final Runnable done;
    private int delta;
    private int addition;

    CuratorCount(Setting setting, CuratorProcess process, CountedNumber number, Runnable done) {
        this.setting = setting;
        this.process = process;
        this.number = number;
        this.done = done;
    }

    @Override
    public void begin() {
        if (!number.isEnough()) {
            delta = number.delta(process.name());
            addition = number.ledger().begun(delta);
            read();
        }
    }

    private void read() {
        process.session().ask(new Request.GetData(number.path(), false), (code, body) -> {
            if (code == ErrorCode.OK) {
                ReplyBodies.readData(body, (data, stat) -> {
                    long now = data == null ? 0 : number.codec().decode(data);
                    write(now + delta, setting.has(Mistake.WRITTEN_OVER) ? WHATEVER_IT_IS : stat.version());
                    return now;
                });
            } else {
                process.later(this::read); // nobody made it yet, or nobody answers
            }
        });
    }

    private void write(long sum, int version) {
        byte[] data = number.codec().encode(sum);
        process.session().ask(new Request.SetData(number.path(), data, version), (code, body) -> {
            if (code == ErrorCode.BAD_VERSION) {
                process.later(this::read);
            } else {
                number.told(addition, process.outcome(code), sum);
                done.run();
            }
        });
    }

    @Override
    public void release() {}
}
