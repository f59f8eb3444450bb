package io.pinfold.cli.sim;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.ZnodePath;
import io.pinfold.cli.sim.StayLedger.Stay;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One way through a double barrier, as with Apache Curator's {@code DistributedDoubleBarrier}, but for what would break
 * ours: nothing but the sign lets it enter, and nobody who stays is overlooked when it leaves. While it waits it fails
 * with the connection. Confined to the world's thread.
 */
final class CuratorPassage {
    private static final String READY = "ready";
    private static final int PATIENCE = 3000;
    private static final int WORK = 50;

    /** How it ends. */
    interface End {
        /** {@return whether the process is killed here} */
        boolean isNow();

        /** It has left. */
        void left(CuratorProcess process, int number);

        /** The process has ended. */
        void over();
    }

    private final Setting setting;
    private final CuratorProcess process;
    private final DoubleBarriers barriers;
    private final int number;
    private final End end;
    private final String path;
    private final String own;
    private final StayLedger ledger;
    private final Stay stay;
    /** Of the own znode. */
    private long session;
    /** Where the watch is. */
    private String watched = "";

    private boolean woken;
    /** What waits for the watch. */
    private @Nullable Runnable wanted;

    private boolean inside;
    private boolean deleted;
    private boolean over;

    CuratorPassage(Setting setting, CuratorProcess process, DoubleBarriers barriers, int number, End end) {
        this.setting = setting;
        this.process = process;
        this.barriers = barriers;
        this.number = number;
        this.end = end;
        this.path = barriers.path(number);
        this.own = process.newGuid();
        this.ledger = barriers.ledger(number);
        this.stay = ledger.coming(process.name(), this::lives);
    }

    private boolean lives() {
        return !process.isDead()
                && process.session().id() == session
                && process.session().isSure();
    }

    // ---- entering --------------------------------------------------------------------------------------------------

    void enter() {
        process.onNews(this::news);
        process.after(PATIENCE, () -> {
            if (!inside) {
                fail();
            }
        });
        watch(READY, this::come);
        survives();
    }

    private void come(boolean open) {
        create(own, CreateMode.EPHEMERAL, code -> {
            session = process.session().id();
            if (code == ErrorCode.NO_NODE) {
                process.makeContainers(path, () -> come(open));
            } else if (code != ErrorCode.OK) {
                fail();
            } else if (open) {
                ledger.late(stay);
                through();
            } else {
                count();
            }
        });
    }

    /** The sign counts, too, which makes no difference: whoever sees it may pass. */
    private void count() {
        list(names -> {
            if (names.size() < DoubleBarriers.PARTIES) {
                whenWoken(this::through);
                return;
            }
            create(READY, CreateMode.PERSISTENT, code -> {
                if (code == ErrorCode.OK || code == ErrorCode.NODE_EXISTS) {
                    through();
                } else {
                    fail();
                }
            });
        });
    }

    private void through() {
        inside = true;
        barriers.entered();
        ledger.entered(stay);
        if (survives()) {
            process.after(setting.stage().below(process.name() + ".work", WORK), this::leave);
        }
    }

    // ---- leaving ---------------------------------------------------------------------------------------------------

    private void leave() {
        ledger.leaving(stay);
        if (survives()) {
            look();
        }
    }

    /** With a sync, which Curator leaves out: a member that lags behind does not show who has passed by the sign. */
    private void look() {
        ask(new Request.Sync(path), code -> {});
        list(names -> {
            List<String> members =
                    names.stream().filter(name -> !name.equals(READY)).sorted().toList();
            if (!deleted && !members.contains(own)) {
                fail(); // it went with its session
            } else if (members.isEmpty() || members.size() == 1 && mayBeLast()) {
                deleteOwn(() -> delete(READY, this::left));
            } else {
                waitFor(members);
            }
        });
    }

    /**
     * With Curator who has deleted its own goes when one other is left, too. That may be the first one, which waits for all
     * others; but if the first one was lost, it is one who may stay.
     */
    private boolean mayBeLast() {
        return !deleted || setting.has(Mistake.LAST_ONE_OVERLOOKED);
    }

    /** The first one stays until the others are gone, and all others wait for the first one. */
    private void waitFor(List<String> members) {
        boolean first = members.get(0).equals(own);
        String other = members.get(first ? members.size() - 1 : 0);
        watch(other, there -> {
            Runnable then = there ? () -> whenWoken(this::look) : this::look;
            if (first) {
                then.run();
            } else {
                deleteOwn(then);
            }
        });
    }

    private void deleteOwn(Runnable then) {
        if (deleted) {
            then.run();
        } else {
            deleted = true;
            delete(own, then);
        }
    }

    private void left() {
        over = true;
        process.noMoreNews();
        ledger.left(stay);
        end.left(process, number);
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    private String place(String name) {
        return ZnodePath.child(path, name);
    }

    private void create(String name, CreateMode mode, Consumer<ErrorCode> then) {
        ask(new Request.Create(OpCode.CREATE, place(name), process.data(), Acl.OPEN, mode.flag(), -1), then);
    }

    private void delete(String name, Runnable then) {
        ask(new Request.Delete(place(name), -1), code -> {
            if (code == ErrorCode.OK || code == ErrorCode.NO_NODE) {
                then.run();
            } else {
                fail();
            }
        });
    }

    private void watch(String name, Consumer<Boolean> then) {
        watched = place(name);
        woken = false;
        ask(new Request.Exists(watched, true), code -> {
            if (code == ErrorCode.OK || code == ErrorCode.NO_NODE) {
                then.accept(code == ErrorCode.OK);
            } else {
                fail();
            }
        });
    }

    private void ask(Request request, Consumer<ErrorCode> then) {
        if (!over) {
            process.session().ask(request, (code, body) -> {
                if (!over) {
                    then.accept(code);
                }
            });
        }
    }

    private void list(Consumer<List<String>> then) {
        process.session().ask(new Request.GetChildren(path, false), (code, body) -> {
            if (code == ErrorCode.OK && !over) {
                then.accept(ReplyBodies.readNames(body));
            } else if (code == ErrorCode.NO_NODE && !over) {
                then.accept(List.of());
            } else {
                fail();
            }
        });
    }

    // ---- news ------------------------------------------------------------------------------------------------------

    private void whenWoken(Runnable then) {
        wanted = then;
        wake();
    }

    private void news(@Nullable String where) {
        boolean waiting = wanted != null;
        if (where == null && (waiting || !inside) && !(waiting && setting.has(Mistake.WOKEN_UP))) {
            fail(); // who is inside, or under way out, need not mind, or is told by the request
        } else if (where == null || where.equals(watched)) {
            woken = true;
            wake();
        }
    }

    private void wake() {
        Runnable then = wanted;
        if (woken && then != null) {
            wanted = null;
            then.run();
        }
    }

    // ---- what happens to the process -------------------------------------------------------------------------------

    private boolean survives() {
        if (!over && end.isNow()) {
            over = true;
            process.die();
            end.over();
        }
        return !over;
    }

    private void fail() {
        if (!over) {
            over = true;
            process.close();
            end.over();
        }
    }
}
