package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The result of one operation of a transaction, in the place of its operation. Immutable. */
public sealed interface OpResult {
    /**
     * A znode was created.
     *
     * @param path its path, with the counter if it is sequential
     * @param stat its metadata; {@code null} from servers before 3.7.2
     */
    record Created(String path, @Nullable Stat stat) implements OpResult {}

    /** A znode was deleted. */
    record Deleted() implements OpResult {}

    /**
     * Data was set.
     *
     * @param stat the metadata after the change
     */
    record DataSet(Stat stat) implements OpResult {}

    /** A check passed. */
    record Checked() implements OpResult {}

    /**
     * The transaction failed and changed nothing.
     *
     * @param code why, in the place of the operation that failed; {@link ErrorCode#OK} in the places before it and
     *     {@link ErrorCode#RUNTIME_INCONSISTENCY} in those behind it
     */
    record Failed(ErrorCode code) implements OpResult {}
}
