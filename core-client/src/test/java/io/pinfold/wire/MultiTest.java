package io.pinfold.wire;

import static io.pinfold.wire.Hex.assertWritten;
import static io.pinfold.wire.Hex.reader;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.ReadOp;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transactions and batches of reads, and their results. */
class MultiTest {
    private static final String END = " ffffffff 01 ffffffff";
    private static final Stat STAT = new Stat(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    private static final String STAT_BYTES = "0000000000000001 0000000000000002 0000000000000003 0000000000000004"
            + "00000005 00000006 00000007 0000000000000008 00000009 0000000a 000000000000000b";
    private static final Request CREATE = new Request.Create(OpCode.CREATE, "/a", null, Acl.OPEN, 0, -1);
    private static final Request CREATE2 = new Request.Create(OpCode.CREATE2, "/a", null, Acl.OPEN, 0, -1);

    private final JuteWriter out = new JuteWriter();

    @Test
    void refusesReadsInATransaction() {
        assertThrows(
                MalformedFrame.class,
                () -> Requests.read(OpCode.MULTI, reader("00000004 00 ffffffff 00000002 \"/a\" 00" + END)));
    }

    @Test
    void refusesWritesInABatchOfReads() {
        assertThrows(
                MalformedFrame.class,
                () -> Requests.read(OpCode.MULTI_READ, reader("00000002 00 ffffffff 00000002 \"/a\" 00000000" + END)));
    }

    @Test
    void refusesBothKindsMixed() {
        String write = "0000000d 00 ffffffff 00000002 \"/a\" 00000000";
        String read = "00000008 00 ffffffff 00000002 \"/a\" 00";
        assertThrows(MalformedFrame.class, () -> Requests.read(OpCode.MULTI, reader(write + read + END)));
        assertThrows(MalformedFrame.class, () -> Requests.read(OpCode.MULTI_READ, reader(read + write + END)));
    }

    @Test
    void refusesEveryOtherOperationInBoth() throws MalformedFrame {
        for (int type = -20; type < 200; type++) {
            OpCode op = OpCode.of(type);
            String ops = String.format("%08x 00 ffffffff 00000002 \"/a\" 64*00", type) + END;
            if (op == null
                    || !(op.isCreate()
                            || List.of(OpCode.DELETE, OpCode.SET_DATA, OpCode.CHECK)
                                    .contains(op))) {
                assertThrows(MalformedFrame.class, () -> Requests.read(OpCode.MULTI, reader(ops)), "type " + type);
            }
            if (op != OpCode.GET_DATA && op != OpCode.GET_CHILDREN) {
                assertThrows(MalformedFrame.class, () -> Requests.read(OpCode.MULTI_READ, reader(ops)));
            }
        }
    }

    @Test
    void refusesATransactionInATransaction() {
        String nested = "0000000e 00 ffffffff" + END;
        assertThrows(MalformedFrame.class, () -> Requests.read(OpCode.MULTI, reader(nested + END)));
        assertThrows(IllegalArgumentException.class, () -> new Request.Multi(List.of(new Request.Multi(List.of()))));
        assertThrows(
                IllegalArgumentException.class, () -> new Request.MultiRead(List.of(new Request.MultiRead(List.of()))));
        assertThrows(IllegalArgumentException.class, () -> new Request.Multi(List.of(new Request.Sync("/"))));
        assertThrows(IllegalArgumentException.class, () -> new Request.MultiRead(List.of(new Request.GetAcl("/"))));
    }

    @Test
    void refusesATransactionWithoutItsEnd() {
        assertThrows(MalformedFrame.class, () -> Requests.read(OpCode.MULTI, new JuteReader()));
        assertThrows(
                MalformedFrame.class,
                () -> Requests.read(OpCode.MULTI, reader("00000002 00 ffffffff 00000002 \"/a\" 00000000")));
    }

    @Test
    void writesResultsInTheFormThatTheOperationAskedFor() {
        List<Request> ops = List.of(
                CREATE,
                CREATE2,
                new Request.Create(OpCode.CREATE_CONTAINER, "/c", null, Acl.OPEN, 4, -1),
                new Request.Create(OpCode.CREATE_TTL, "/t", null, Acl.OPEN, 5, 1),
                new Request.Delete("/d", -1),
                new Request.Check("/e", -1),
                new Request.SetData("/f", null, -1));
        List<OpResult> results = List.of(
                new OpResult.Created("/a", STAT),
                new OpResult.Created("/b", STAT),
                new OpResult.Created("/c", STAT),
                new OpResult.Created("/t", STAT),
                new OpResult.Deleted(),
                new OpResult.Checked(),
                new OpResult.DataSet(STAT));
        Replies.writeMultiResults(out, ops, results);
        assertWritten(
                "00000001 00 00000000 00000002 \"/a\""
                        + ("0000000f 00 00000000 00000002 \"/b\"" + STAT_BYTES)
                        + ("0000000f 00 00000000 00000002 \"/c\"" + STAT_BYTES)
                        + ("0000000f 00 00000000 00000002 \"/t\"" + STAT_BYTES)
                        + "00000002 00 00000000"
                        + "0000000d 00 00000000"
                        + ("00000005 00 00000000" + STAT_BYTES)
                        + END,
                out);
    }

    @Test
    void readsBothFormsOfACreation() throws MalformedFrame {
        assertEquals(
                List.of(new OpResult.Created("/a", null), new OpResult.Created("/b", STAT)),
                Replies.readMultiResults(reader("00000001 00 00000000 00000002 \"/a\""
                        + "0000000f 00 00000000 00000002 \"/b\"" + STAT_BYTES + END)));
    }

    @Test
    void answersAFailedTransactionWithErrorsOnly() throws MalformedFrame {
        List<OpResult> failed = List.of(
                new OpResult.Failed(ErrorCode.OK),
                new OpResult.Failed(ErrorCode.NO_NODE),
                new OpResult.Failed(ErrorCode.RUNTIME_INCONSISTENCY));
        Replies.writeMultiResults(out, List.of(CREATE, new Request.Delete("/b", 0), CREATE2), failed);
        String golden = "ffffffff 00 00000000 00000000 | ffffffff 00 ffffff9b ffffff9b | ffffffff 00 fffffffe fffffffe"
                + "| ffffffff 01 ffffffff";
        assertWritten(golden, out);
        assertEquals(failed, Replies.readMultiResults(reader(golden)));
    }

    @Test
    void takesErrorsOfServersToCome() throws MalformedFrame {
        assertEquals(
                List.of(new OpResult.Failed(ErrorCode.SYSTEM_ERROR)),
                Replies.readMultiResults(reader("ffffffff 00 fffffc18 fffffc18" + END)));
    }

    @Test
    void refusesResultsThatItCannotReadOn() {
        assertThrows(MalformedFrame.class, () -> Replies.readMultiResults(reader("00000010 00 00000000" + END)));
        assertThrows(MalformedFrame.class, () -> Replies.readReadResults(reader("00000001 00 00000000" + END)));
        assertThrows(MalformedFrame.class, () -> Replies.readMultiResults(reader("00000002 00 00000000")));
    }

    @Test
    void anEmptyListHasAnEmptyResult() throws MalformedFrame {
        Replies.writeMultiResults(out, List.of(), List.of());
        Replies.writeReadResults(out, List.of());
        assertWritten(END + END, out);
        assertEquals(List.of(), Replies.readMultiResults(reader(END)));
        assertEquals(List.of(), Replies.readReadResults(reader(END)));
    }

    @Test
    void refusesToWriteResultsThatDoNotFitTheirOperations() {
        List<Request> one = List.of(CREATE2);
        assertThrows(IllegalArgumentException.class, () -> Replies.writeMultiResults(out, one, List.of()));
        List<OpResult> withoutStat = List.of(new OpResult.Created("/a", null));
        assertThrows(IllegalArgumentException.class, () -> Replies.writeMultiResults(out, one, withoutStat));
    }

    @Test
    void readsOfABatchSucceedAndFailByThemselves() throws MalformedFrame {
        List<ReadResult> results = List.of(
                new ReadResult.Children(List.of("x", "yz")),
                new ReadResult.Failed(ErrorCode.NO_AUTH),
                new ReadResult.Data(null, STAT));
        Replies.writeReadResults(out, results);
        String golden = "00000008 00 00000000 00000002 00000001 \"x\" 00000002 \"yz\""
                + "| ffffffff 00 ffffff9a ffffff9a"
                + ("| 00000004 00 00000000 ffffffff" + STAT_BYTES)
                + END;
        assertWritten(golden, out);
        assertEquals(results, Replies.readReadResults(reader(golden)));
    }

    @Test
    void everyOperationOfTheClientBecomesItsRequest() {
        assertEquals(new Request.Delete("/a", 3), Requests.of(Op.delete("/a", 3)));
        assertEquals(new Request.Check("/a", -1), Requests.of(Op.check("/a")));
        assertEquals(new Request.SetData("/a", null, 2), Requests.of((Op) new Op.SetData("/a", null, 2)));
        assertEquals(new Request.GetData("/a", false), Requests.of(new ReadOp.GetData("/a")));
        assertEquals(new Request.GetChildren("/a", false), Requests.of(new ReadOp.GetChildren("/a")));
    }

    @Test
    void theModeOfANewZnodeDecidesTheOperation() {
        for (CreateMode mode : CreateMode.values()) {
            var request = (Request.Create) Requests.of(new Op.Create("/a", null, Acl.OPEN, mode, 10));
            OpCode expected = switch (mode) {
                case CONTAINER -> OpCode.CREATE_CONTAINER;
                case PERSISTENT_WITH_TTL, PERSISTENT_SEQUENTIAL_WITH_TTL -> OpCode.CREATE_TTL;
                default -> OpCode.CREATE2;
            };
            assertEquals(expected, request.opCode());
            assertEquals(mode.flag(), request.flags());
            assertEquals(mode.hasTtl() ? 10 : -1, request.ttlMillis());
        }
    }
}
