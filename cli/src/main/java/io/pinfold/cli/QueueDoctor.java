package io.pinfold.cli;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.queue.QueueView;
import io.pinfold.queue.WorkQueue;
import java.util.List;
import java.util.Map;

/**
 * Finds out what is the matter with a queue, and puts it where it is told to. Confined to the thread that asks.
 *
 * @param facts where the numbers go
 * @param seats where the claims go
 * @param faults where goes what is wrong
 */
record QueueDoctor(
        PinfoldClient client, String path, Map<String, String> facts, List<Seat> seats, List<String> faults) {
    Diagnosis examine() {
        QueueView view;
        try (WorkQueue<byte[]> queue = WorkQueue.at(client, path, Codec.BYTES)) {
            view = queue.inspect();
        }
        view.claims()
                .forEach(claim -> seats.add(new Seat(
                        "claim",
                        claim.consumer(),
                        claim.fencingToken(),
                        claim.since(),
                        claim.sessionId(),
                        path + "/claims/" + claim.itemId(),
                        claim.itemId())));
        facts.put("items", String.valueOf(view.size()));
        facts.put("delayed", String.valueOf(view.delayed()));
        facts.put("dead letters", String.valueOf(view.deadLetters()));
        view.oldest().ifPresent(oldest -> facts.put("oldest since", String.valueOf(oldest)));
        if (view.isPaused()) {
            faults.add("it is paused: nobody takes items until somebody resumes it");
        } else if (view.size() > view.delayed() && view.claims().isEmpty()) {
            faults.add("items are due and nobody has claimed one: no consumer runs, or none has come to it yet");
        }
        if (view.deadLetters() > 0) {
            faults.add(
                    Doctor.counted(view.deadLetters(), "item was", "items were") + " given up, see its dead letters");
        }
        return new Diagnosis(
                path,
                "queue",
                Doctor.counted(view.size(), "item", "items") + ", "
                        + Doctor.counted(view.claims().size(), "claim", "claims"),
                facts,
                seats,
                faults);
    }
}
