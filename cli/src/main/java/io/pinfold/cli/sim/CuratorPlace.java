package io.pinfold.cli.sim;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.testing.sim.StockSession;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One znode in a queue, as Apache Curator takes it: an ephemeral one with a number, under a name with an identity by which the
 * creation is found again when its reply was lost. The identity stays the same over all retries, and what is found then counts
 * only if the session is still the same. Confined to the world's thread.
 */
final class CuratorPlace {
    /** What a program with Curator does next; called once. */
    interface Next {
        /** The znode is there. */
        void created();
    }

    private final CuratorProcess process;
    private final String directory;
    private final String marker;
    private final Next next;
    private String prefix = "";
    private long askedInSession;
    private @Nullable String name;
    private long session;
    private long czxid;
    private boolean given;

    CuratorPlace(CuratorProcess process, String directory, String marker, Next next) {
        this.process = process;
        this.directory = directory;
        this.marker = marker;
        this.next = next;
    }

    void begin() {
        prefix = "_c_" + process.newGuid() + '-';
        askedInSession = session().id();
        create();
    }

    private StockSession session() {
        return process.session();
    }

    /** {@return the name of the znode, which is there, or was} */
    String name() {
        if (name == null) {
            throw new IllegalStateException("No znode yet");
        }
        return name;
    }

    String path() {
        return ZnodePath.child(directory, name());
    }

    /** {@return the zxid of the creation} */
    long czxid() {
        return czxid;
    }

    /** {@return whether the session that owns it is still the one of the process} */
    boolean isOfThisSession() {
        return session == session().id();
    }

    private void create() {
        Request creation = new Request.Create(
                OpCode.CREATE2,
                ZnodePath.child(directory, prefix + marker),
                process.data(),
                Acl.OPEN,
                CreateMode.EPHEMERAL_SEQUENTIAL.flag(),
                -1);
        session().ask(creation, (code, body) -> {
            if (code == ErrorCode.OK) {
                ReplyBodies.readCreated(body, this::created);
            } else if (code == ErrorCode.NO_NODE) {
                process.makeContainers(directory, this::create);
            } else {
                process.later(this::find);
            }
        });
    }

    private @Nullable Void created(String path, Stat stat) {
        have(ZnodePath.name(path), stat);
        return null;
    }

    private void have(String found, Stat stat) {
        name = found;
        czxid = stat.czxid();
        session = stat.ephemeralOwner();
        if (!given) {
            given = true;
            next.created();
        }
    }

    /** Whether the creation happened whose reply was lost. */
    private void find() {
        process.children(directory, names -> {
            Optional<String> found =
                    names.stream().filter(each -> each.startsWith(prefix)).findFirst();
            if (found.isEmpty()) {
                create();
            } else if (session().id() == askedInSession) {
                identify(found.get());
            } else {
                process.delete(ZnodePath.child(directory, found.get()));
                begin();
            }
        });
    }

    private void identify(String found) {
        session().ask(new Request.Exists(ZnodePath.child(directory, found), false), (code, body) -> {
            if (code == ErrorCode.OK) {
                have(found, Replies.readStat(body));
            } else if (code == ErrorCode.NO_NODE) {
                begin();
            } else {
                process.later(() -> identify(found));
            }
        });
    }
}
