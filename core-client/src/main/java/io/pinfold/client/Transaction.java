package io.pinfold.client;

import io.pinfold.ErrorCode;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.TransactionFailedException;
import io.pinfold.ZnodePath;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.Replies;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import java.util.ArrayList;
import java.util.List;

/**
 * The operations of a transaction between the users' paths and the server's. Immutable.
 *
 * @param ops what was asked for, with the users' paths
 * @param chroot translates
 */
record Transaction(List<Op> ops, Chroot chroot) {

    private static Request request(Op op, Chroot chroot, ClientCore core) {
        String path = chroot.toServer(op.path());
        if (op instanceof Op.Create create) {
            return Requests.create(
                    path, create.data(), core.aclOf(create.path(), create.acl()), create.mode(), create.ttlMillis());
        }
        if (op instanceof Op.Delete delete) {
            return new Request.Delete(path, delete.version());
        }
        if (op instanceof Op.SetData set) {
            return new Request.SetData(path, set.data(), set.version());
        }
        return new Request.Check(path, ((Op.Check) op).version());
    }

    /**
     * {@return the request for all of them}
     *
     * @throws io.pinfold.BadArgumentsException if nobody can say who may do what
     */
    Request request(ClientCore core) {
        List<Request> requests = new ArrayList<>(ops.size());
        for (Op op : ops) {
            requests.add(request(op, chroot, core));
        }
        return new Request.Multi(requests);
    }

    /** {@return by which path the whole is called in errors} */
    String path() {
        return ops.isEmpty() ? ZnodePath.ROOT : ops.get(0).path();
    }

    /** {@return one result for each operation} */
    List<OpResult> results(JuteReader body) throws MalformedFrame {
        List<OpResult> results = Replies.readMultiResults(body);
        if (results.size() != ops.size()) {
            throw new MalformedFrame(results.size() + " results of " + ops.size() + " operations");
        }
        List<OpResult> translated = new ArrayList<>(results.size());
        for (OpResult result : results) {
            if (result instanceof OpResult.Failed) {
                throw failure(results);
            }
            translated.add(
                    result instanceof OpResult.Created created
                            ? new OpResult.Created(chroot.toUser(created.path()), created.stat())
                            : result);
        }
        return List.copyOf(translated);
    }

    private TransactionFailedException failure(List<OpResult> results) throws MalformedFrame {
        List<ErrorCode> codes = new ArrayList<>(results.size());
        int failed = -1;
        for (OpResult result : results) {
            ErrorCode code = result instanceof OpResult.Failed failure ? failure.code() : ErrorCode.OK;
            if (failed < 0 && code != ErrorCode.OK) {
                failed = codes.size();
            }
            codes.add(code);
        }
        if (failed < 0) {
            throw new MalformedFrame("A transaction failed in none of its operations");
        }
        String path = ops.get(failed).path();
        return new TransactionFailedException(
                failed,
                codes,
                path,
                "The transaction changed nothing: its operation " + failed + " on " + path + " failed with "
                        + codes.get(failed));
    }
}
