package io.pinfold.testing.sim.oracle;

import io.pinfold.ErrorCode;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** A read shows the state that is exactly as old as the zxid in the header of its reply. */
final class ReadIsStateAtZxid implements Invariant {
    @Override
    public void hear(Fact fact, Scene scene) {
        Question question = scene.answered();
        if (question == null || question.header == null || question.conversation.wild) {
            return;
        }
        State state = scene.model().at(question.header.zxid());
        if (state == null || question.header.code() == ErrorCode.QUOTA_EXCEEDED) {
            return;
        }
        try {
            check(question, state, question.header.code(), new JuteReader(question.body));
        } catch (MalformedFrame e) {
            throw broken("the answer to " + question + " cannot be read: " + e.getMessage());
        }
    }

    private void check(Question question, State state, ErrorCode error, JuteReader body) throws MalformedFrame {
        Request request = question.request;
        if (request instanceof Request.GetData read) {
            if (error == ErrorCode.OK) {
                ReplyBodies.readData(body, (data, stat) -> {
                    requireData(question, state, read.path(), data, stat);
                    return stat;
                });
            } else {
                requireAbsent(question, state, read.path(), error);
            }
        } else if (request instanceof Request.Exists read) {
            if (error == ErrorCode.OK) {
                requireStat(question, state, read.path(), Replies.readStat(body));
            } else if (error != ErrorCode.BAD_ARGUMENTS) {
                requireAbsent(question, state, read.path(), error);
            }
        } else if (request instanceof Request.GetChildren read) {
            if (error == ErrorCode.OK) {
                requireNames(question, state, read.path(), ReplyBodies.readNames(body));
            } else {
                requireAbsent(question, state, read.path(), error);
            }
        } else if (request instanceof Request.GetChildren2 read) {
            if (error == ErrorCode.OK) {
                requireNames(question, state, read.path(), ReplyBodies.readNames(body));
                requireStat(question, state, read.path(), Replies.readStat(body));
            } else {
                requireAbsent(question, state, read.path(), error);
            }
        } else {
            checkRest(question, state, error, body);
        }
    }

    private void checkRest(Question question, State state, ErrorCode error, JuteReader body) throws MalformedFrame {
        Request request = question.request;
        if (request instanceof Request.GetAcl read) {
            if (error == ErrorCode.OK) {
                List<io.pinfold.Acl> acl = Replies.readAcls(body);
                require(question, state.required(read.path()).acl.equals(acl), "the list is ", acl);
                requireStat(question, state, read.path(), Replies.readStat(body));
            } else {
                requireAbsent(question, state, read.path(), error);
            }
        } else if (request instanceof Request.GetAllChildrenNumber read && error == ErrorCode.OK) {
            int count = ReplyBodies.readCount(body);
            require(question, count == state.descendants(read.path()), "descendants ", count);
        } else if (request instanceof Request.GetEphemerals read && error == ErrorCode.OK) {
            List<String> paths = Replies.readStrings(body);
            TreeSet<String> expected = new TreeSet<>(state.ephemerals(question.conversation.session));
            expected.removeIf(path -> !path.startsWith(read.prefix()));
            require(question, expected.equals(new TreeSet<>(paths)), "ephemeral instead of " + expected + ' ', paths);
        } else if (request instanceof Request.MultiRead batch && error == ErrorCode.OK) {
            List<ReadResult> results = Replies.readReadResults(body);
            require(question, results.size() == batch.ops().size(), "results ", results.size());
            for (int i = 0; i < results.size(); i++) {
                checkPart(question, state, batch.ops().get(i), results.get(i));
            }
        }
    }

    private void checkPart(Question question, State state, Request op, ReadResult result) {
        String path = op instanceof Request.GetData get ? get.path() : ((Request.GetChildren) op).path();
        if (result instanceof ReadResult.Data data) {
            requireData(question, state, path, data.data(), data.stat());
        } else if (result instanceof ReadResult.Children children) {
            requireNames(question, state, path, children.names());
        } else if (result instanceof ReadResult.Failed failed) {
            requireAbsent(question, state, path, failed.code());
        }
    }

    private void requireData(Question question, State state, String path, byte[] data, Stat stat) {
        if (!path.equals(State.CONFIG)) {
            require(
                    question,
                    present(question, state, path) && Arrays.equals(state.required(path).data, data),
                    "other data",
                    "");
            requireStat(question, state, path, stat);
        }
    }

    private void requireStat(Question question, State state, String path, Stat stat) {
        if (!path.equals(State.CONFIG)) {
            require(
                    question,
                    present(question, state, path)
                            && state.required(path).stat().equals(stat),
                    "",
                    stat);
        }
    }

    private void requireNames(Question question, State state, String path, List<String> names) {
        boolean same = present(question, state, path)
                && state.required(path).children.equals(new TreeSet<>(names))
                && names.size() == state.required(path).children.size();
        require(question, same, "names ", names);
    }

    private void requireAbsent(Question question, State state, String path, ErrorCode error) {
        require(question, error == ErrorCode.NO_NODE && state.node(path) == null, "", error);
    }

    private boolean present(Question question, State state, String path) {
        require(question, state.node(path) != null, "a znode that is not there", "");
        return true;
    }

    /** Checks, and words only what is wrong. */
    private void require(Question question, boolean condition, String seen, Object what) {
        if (!condition) {
            throw broken(question + " was answered at 0x"
                    + Long.toHexString(question.header == null ? 0 : question.header.zxid()) + " with " + seen + what);
        }
    }
}
