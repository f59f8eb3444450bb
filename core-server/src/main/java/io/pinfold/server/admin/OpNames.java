package io.pinfold.server.admin;

import io.pinfold.wire.OpCode;
import org.jspecify.annotations.Nullable;

/** The short names of operations in the word {@code cons}. Stateless. */
final class OpNames {
    private OpNames() {}

    static String of(@Nullable OpCode op) {
        if (op == null) {
            return "NA";
        }
        return switch (op) {
            case CREATE, CREATE2, CREATE_CONTAINER, CREATE_TTL -> "CREA";
            case DELETE -> "DELE";
            case EXISTS -> "EXIS";
            case GET_DATA -> "GETD";
            case SET_DATA -> "SETD";
            case GET_ACL -> "GETA";
            case SET_ACL -> "SETA";
            case GET_CHILDREN, GET_CHILDREN2 -> "GETC";
            case GET_ALL_CHILDREN_NUMBER -> "GETACN";
            case GET_EPHEMERALS -> "GETE";
            case SYNC -> "SYNC";
            case PING -> "PING";
            case MULTI -> "MULT";
            case MULTI_READ -> "MLTR";
            case RECONFIG -> "RECO";
            case SET_WATCHES -> "SETW";
            case SET_WATCHES2 -> "STW2";
            case ADD_WATCH -> "ADDW";
            case CHECK_WATCHES -> "CHKW";
            case REMOVE_WATCHES -> "REMW";
            case CHECK -> "CHEC";
            case WHO_AM_I -> "HOMI";
            case CLOSE_SESSION -> "CLOS";
            default -> "NA";
        };
    }
}
