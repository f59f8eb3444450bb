package io.pinfold.wire;

import io.pinfold.AuthId;
import io.pinfold.OpResult;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * One kind of record with both its directions, for tests that treat all kinds alike. Immutable.
 *
 * @param name what it is called when a test fails
 * @param random makes one with arbitrary content
 * @param read reads one
 * @param write writes one
 * @param <T> the record
 */
record Codec<T>(String name, Function<RandomRecords, T> random, Reading<T> read, BiConsumer<JuteWriter, T> write) {

    /** The reading direction. */
    interface Reading<T> {
        T from(JuteReader in) throws MalformedFrame;
    }

    static final Codec<Stat> STAT = new Codec<>("stat", RandomRecords::stat, Replies::readStat, Replies::writeStat);

    static final Codec<List<String>> TEXTS =
            new Codec<>("texts", RandomRecords::texts, Replies::readStrings, Replies::writeStrings);

    static final Codec<List<AuthId>> IDENTITIES =
            new Codec<>("identities", RandomRecords::authIds, Replies::readAuthIds, Replies::writeAuthIds);

    static final Codec<List<OpResult>> MULTI = new Codec<>(
            "transaction results", RandomRecords::multiResults, Replies::readMultiResults, Codec::writeResults);

    static final Codec<List<ReadResult>> MULTI_READ = new Codec<>(
            "read results", RandomRecords::readResults, Replies::readReadResults, Replies::writeReadResults);

    /** Every request, every part of a reply and every body that parts are put together to. */
    static List<Codec<?>> all() {
        List<Codec<?>> codecs = new ArrayList<>();
        for (OpCode op : OpCode.values()) {
            if (op.isRequest() || op == OpCode.CHECK) {
                codecs.add(new Codec<>(
                        op.toString(),
                        random -> random.request(op),
                        in -> Requests.read(op, in),
                        (out, request) -> request.write(out)));
            }
        }
        codecs.add(new Codec<>(
                "connect request",
                RandomRecords::connectRequest,
                ConnectRequest::read,
                (out, request) -> request.write(out)));
        codecs.add(new Codec<>(
                "connect response",
                RandomRecords::connectResponse,
                ConnectResponse::read,
                (out, response) -> withPassword(response).write(out)));
        codecs.add(new Codec<>("header", RandomRecords::header, Replies::readHeader, Replies::writeHeader));
        codecs.add(new Codec<>("event", RandomRecords::event, Replies::readEvent, (out, event) -> {
            out.writeInt(event.type());
            out.writeInt(event.state());
            out.writeString(event.path());
        }));
        codecs.add(STAT);
        codecs.add(new Codec<>("acls", RandomRecords::acls, Replies::readAcls, Replies::writeAcls));
        codecs.add(TEXTS);
        codecs.add(IDENTITIES);
        codecs.add(MULTI);
        codecs.add(MULTI_READ);
        codecs.addAll(BodyCodecs.ALL);
        return codecs;
    }

    /** {@return the bytes of this record} */
    byte[] bytes(T record) {
        JuteWriter out = new JuteWriter();
        write.accept(out, record);
        return out.toByteArray();
    }

    /** {@return the bytes of a record with arbitrary content} */
    byte[] randomBytes(RandomRecords records) {
        return bytes(random.apply(records));
    }

    /** Results take their form from the operations, so here the operations are made to fit. */
    private static void writeResults(JuteWriter out, List<OpResult> results) {
        List<Request> ops = new ArrayList<>();
        for (OpResult result : results) {
            boolean plain = result instanceof OpResult.Created created && created.stat() == null;
            ops.add(new Request.Create(plain ? OpCode.CREATE : OpCode.CREATE2, "/", null, List.of(), 0, -1));
        }
        Replies.writeMultiResults(out, ops, results);
    }

    /** A response read from a strange server may have a password that is never written. */
    private static ConnectResponse withPassword(ConnectResponse response) {
        return new ConnectResponse(
                response.protocolVersion(),
                response.timeoutMillis(),
                response.sessionId(),
                Arrays.copyOf(response.password(), FrameLimits.PASSWORD_BYTES),
                response.readOnly(),
                response.hasReadOnlyFlag());
    }
}
