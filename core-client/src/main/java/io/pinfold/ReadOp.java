package io.pinfold;

/** One read of a batch of reads ({@code multiRead}): each succeeds or fails by itself. Immutable. */
public sealed interface ReadOp {
    /** {@return the znode that is read} */
    String path();

    /**
     * Reads the data and the metadata.
     *
     * @param path the znode
     */
    record GetData(String path) implements ReadOp {}

    /**
     * Lists the names of the children.
     *
     * @param path the znode
     */
    record GetChildren(String path) implements ReadOp {}
}
