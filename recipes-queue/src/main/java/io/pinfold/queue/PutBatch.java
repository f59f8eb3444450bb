package io.pinfold.queue;

import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.OpResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Tickets that travel together, and the transaction for them: first a look whether the bucket is still open, then the
 * producer's mark that the transaction happened, then each ticket's own operations. Immutable.
 */
final class PutBatch {
    /** Places of the operations that are about none of the tickets. */
    static final int BUCKET = 0;

    static final int MARK = 1;

    private final List<PutTicket> tickets;
    private final List<Op> ops = new ArrayList<>();
    /** For each operation the place of its ticket. */
    private final List<Integer> owners = new ArrayList<>();

    private final List<Integer> firsts = new ArrayList<>();

    PutBatch(QueueSite site, List<PutTicket> tickets, int bucket, Op mark) {
        this.tickets = List.copyOf(tickets);
        add(-1, site.layout().checkOfBucket(bucket));
        add(-1, mark);
        for (int i = 0; i < tickets.size(); i++) {
            PutTicket ticket = tickets.get(i);
            firsts.add(ops.size());
            for (Op op : ticket.along) {
                add(i, op);
            }
            if (ticket.dedupKey != null) {
                byte[] id = ticket.id.getBytes(java.nio.charset.StandardCharsets.UTF_8);
                add(i, site.create(site.layout().dedup(ticket.dedupKey), id, CreateMode.PERSISTENT));
            }
            String place = site.layout().bucket(bucket) + '/';
            add(i, item(site, place + name(site, ticket, ticket.id), ticket.data));
            for (PutTicket.Part part : ticket.others) {
                add(i, item(site, place + name(site, ticket, part.id()), part.data()));
            }
        }
    }

    private void add(int owner, Op op) {
        ops.add(op);
        owners.add(owner);
    }

    private static Op item(QueueSite site, String path, byte[] data) {
        return site.create(path, data, CreateMode.PERSISTENT_SEQUENTIAL);
    }

    private static String name(QueueSite site, PutTicket ticket, String id) {
        long delay = ticket.options.delay().toMillis();
        long due = delay == 0 ? 0 : site.clock().atMost(ticket.since) + delay;
        return site.layout().request(ticket.options, due, id);
    }

    List<PutTicket> tickets() {
        return tickets;
    }

    List<Op> ops() {
        return ops;
    }

    /** {@return the ticket that an operation is of, if it is of one} */
    Optional<PutTicket> owner(int op) {
        int owner = owners.get(op);
        return owner < 0 ? Optional.empty() : Optional.of(tickets.get(owner));
    }

    /** {@return the place of an operation among those that its ticket has brought along} */
    int placeWithin(int op) {
        return op - firsts.get(owners.get(op));
    }

    /** {@return the largest sequence that the server gave out} */
    static OptionalInt lastSequence(List<OpResult> results) {
        OptionalInt last = OptionalInt.empty();
        for (OpResult result : results) {
            if (result instanceof OpResult.Created created) {
                String name = io.pinfold.ZnodePath.name(created.path());
                Optional<Item> item = Item.parse(0, name);
                if (item.isPresent()) {
                    last = OptionalInt.of(item.get().sequence());
                }
            }
        }
        return last;
    }
}
