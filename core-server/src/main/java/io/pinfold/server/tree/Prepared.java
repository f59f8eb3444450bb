package io.pinfold.server.tree;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request to change something: either a transaction, or a refusal, which changes nothing and takes no
 * zxid. Immutable.
 *
 * @param txn the transaction, or {@code null} if the request was refused
 * @param refusal why; {@link ErrorCode#OK} if there is a transaction
 * @param failedMulti if the request was a transaction of the client's, the results that tell which operation failed: such
 *     a request is answered without an error in the header; else {@code null}
 */
public record Prepared(
        @Nullable TxnRecord txn,
        ErrorCode refusal,
        @Nullable List<OpResult> failedMulti) {
    static Prepared of(TxnRecord txn) {
        return new Prepared(txn, ErrorCode.OK, null);
    }

    static Prepared refused(ErrorCode refusal) {
        return new Prepared(null, refusal, null);
    }
}
