package io.pinfold.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OpCodeTest {

    @Test
    void numbersAreThoseOfTheProtocol() {
        assertEquals(
                "0=NOTIFICATION 1=CREATE 2=DELETE 3=EXISTS 4=GET_DATA 5=SET_DATA 6=GET_ACL 7=SET_ACL 8=GET_CHILDREN"
                        + " 9=SYNC 11=PING 12=GET_CHILDREN2 13=CHECK 14=MULTI 15=CREATE2 16=RECONFIG 17=CHECK_WATCHES"
                        + " 18=REMOVE_WATCHES 19=CREATE_CONTAINER 20=DELETE_CONTAINER 21=CREATE_TTL 22=MULTI_READ"
                        + " 100=AUTH 101=SET_WATCHES 102=SASL 103=GET_EPHEMERALS 104=GET_ALL_CHILDREN_NUMBER"
                        + " 105=SET_WATCHES2 106=ADD_WATCH 107=WHO_AM_I -1=ERROR -10=CREATE_SESSION -11=CLOSE_SESSION",
                EnumSet.allOf(OpCode.class).stream()
                        .map(op -> op.number() + "=" + op)
                        .collect(Collectors.joining(" ")));
    }

    @Test
    void numbersLeadBackToTheirOperation() {
        for (OpCode op : OpCode.values()) {
            assertSame(op, OpCode.of(op.number()));
        }
    }

    @Test
    void otherNumbersAreNoOperation() {
        for (int number : new int[] {Integer.MIN_VALUE, -12, -9, -2, 10, 23, 99, 108, 1000, Integer.MAX_VALUE}) {
            assertNull(OpCode.of(number));
        }
    }

    @Test
    void theServersOwnOperationsAreNoRequests() {
        Set<OpCode> none = EnumSet.of(
                OpCode.NOTIFICATION, OpCode.CHECK, OpCode.DELETE_CONTAINER, OpCode.ERROR, OpCode.CREATE_SESSION);
        for (OpCode op : OpCode.values()) {
            assertEquals(!none.contains(op), op.isRequest(), () -> op.toString());
        }
    }

    @Test
    void readsAreNoWrites() {
        Set<OpCode> writes = EnumSet.of(
                OpCode.CREATE,
                OpCode.DELETE,
                OpCode.SET_DATA,
                OpCode.SET_ACL,
                OpCode.CHECK,
                OpCode.MULTI,
                OpCode.CREATE2,
                OpCode.RECONFIG,
                OpCode.CREATE_CONTAINER,
                OpCode.CREATE_TTL,
                OpCode.CLOSE_SESSION);
        for (OpCode op : OpCode.values()) {
            assertEquals(writes.contains(op), op.isWrite(), () -> op.toString());
        }
        assertFalse(OpCode.SYNC.isWrite());
    }
}
