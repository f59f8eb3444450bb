package io.pinfold.server.tree;

import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;

/** What the operation, the flags and the time to live of a creation mean together. Stateless. */
final class CreateRules {
    private CreateRules() {}

    /** The most that forty bits hold: about 34 years. */
    private static final long LONGEST_TTL = (1L << 40) - 1;

    /**
     * What is wrong with the combination. Time to live belongs to the extended node types; where they are off, asking for
     * one is "not implemented", as a server of Apache ZooKeeper answers by default.
     */
    static ErrorCode checkMode(Request.Create request, boolean extendedTypes) {
        CreateMode mode = CreateMode.ofFlag(request.flags());
        if (mode == null) {
            return ErrorCode.BAD_ARGUMENTS;
        }
        boolean ttlGiven = request.opCode() == OpCode.CREATE_TTL;
        if (mode.hasTtl()) {
            boolean legal = ttlGiven && request.ttlMillis() > 0 && request.ttlMillis() <= LONGEST_TTL;
            return !extendedTypes ? ErrorCode.UNIMPLEMENTED : legal ? ErrorCode.OK : ErrorCode.BAD_ARGUMENTS;
        }
        if (ttlGiven) {
            return extendedTypes || request.ttlMillis() >= 0 ? ErrorCode.BAD_ARGUMENTS : ErrorCode.UNIMPLEMENTED;
        }
        return ErrorCode.OK;
    }

    static boolean isSequential(Request.Create request) {
        CreateMode mode = CreateMode.ofFlag(request.flags());
        return mode != null && mode.isSequential();
    }

    /** The operation, not the flag, makes a container: the container's flag with another one means a plain znode. */
    static NodeKind kind(Request.Create request) {
        if (request.opCode() == OpCode.CREATE_CONTAINER) {
            return NodeKind.CONTAINER;
        }
        CreateMode mode = CreateMode.ofFlag(request.flags());
        if (mode != null && mode.hasTtl()) {
            return NodeKind.TTL;
        }
        return mode != null && mode.isEphemeral() ? NodeKind.EPHEMERAL : NodeKind.PERSISTENT;
    }

    /** A path with ten digits behind it. */
    static String sequentialPath(String path, long number) {
        String digits = Long.toString(number);
        return path + "0000000000".substring(Math.min(10, digits.length())) + digits;
    }
}
