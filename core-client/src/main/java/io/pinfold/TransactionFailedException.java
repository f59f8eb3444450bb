package io.pinfold;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction was refused as a whole and changed nothing; {@link #code()} is that of the operation that failed. */
public final class TransactionFailedException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /** Place of the operation that failed. */
    private final int failedOp;
    /** One code for each operation. */
    private final ErrorCode[] codes;

    /**
     * Makes one.
     *
     * @param failedOp place of the operation that failed, from 0
     * @param codes one code for each operation
     * @param path the znode of the operation that failed, or {@code null}
     * @param message what happened, in a sentence
     */
    public TransactionFailedException(int failedOp, List<ErrorCode> codes, @Nullable String path, String message) {
        super(codes.get(failedOp), path, message, null);
        this.failedOp = failedOp;
        this.codes = codes.toArray(new ErrorCode[0]);
    }

    /** {@return the place of the operation that failed, from 0} */
    public int failedOp() {
        return failedOp;
    }

    /** {@return one code for each operation: OK before the failed one, RUNTIME_INCONSISTENCY behind it} */
    public List<ErrorCode> codes() {
        return List.of(codes);
    }
}
