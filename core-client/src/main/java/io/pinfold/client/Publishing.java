package io.pinfold.client;

import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.Flow;

/** Makes streams of what a client is told. Stateless but for the client; thread-safe. */
final class Publishing {
    private final ClientCore core;
    private final Chroot chroot;

    Publishing(ClientCore core, Chroot chroot) {
        this.core = core;
        this.chroot = chroot;
    }

    Flow.Publisher<SessionChange> sessionStates() {
        return subscriber -> {
            Lane lane = new OrderedLane(core.host().callbacks());
            EventStream<SessionChange> stream = new EventStream<>(lane, subscriber, Queue::remove);
            // On the loop nothing changes between the look at the present state and the listening.
            stream.begin(() -> core.submit(() -> {
                Subscription listening =
                        core.addSessionListener((session, state) -> offer(stream, session, state), Lane.DIRECT);
                lane.execute(() -> stream.closes(listening::close));
                Session present = core.currentSession();
                offer(stream, present, present.state());
            }));
        };
    }

    private void offer(EventStream<SessionChange> stream, Session session, SessionState state) {
        Instant now = Instant.ofEpochMilli(core.host().wallMillis());
        stream.offer(new SessionChange(session, state, now.minus(session.stateAge())));
        if (state == SessionState.CLOSED) {
            stream.complete();
        }
    }

    Flow.Publisher<WatchEvent> changes(String path, WatchMode mode) {
        WatchEvent again = new WatchEvent(WatchEvent.Type.RESYNC, path, -1);
        return subscriber -> {
            Lane lane = new OrderedLane(core.host().callbacks());
            EventStream<WatchEvent> stream = new EventStream<>(lane, subscriber, queue -> {
                queue.clear();
                queue.add(again);
            });
            stream.begin(() -> open(stream, lane, path, mode));
        };
    }

    private void open(EventStream<WatchEvent> stream, Lane lane, String path, WatchMode mode) {
        Subscription listening = core.addSessionListener(
                (session, state) -> {
                    if (state == SessionState.CLOSED) {
                        stream.complete();
                    }
                },
                lane);
        stream.closes(listening::close);
        new AsyncCalls(core, chroot, lane, lane)
                .watch(path, mode, stream::offer)
                .whenComplete((watch, failure) -> lane.execute(() -> {
                    if (failure != null) {
                        stream.fail(failure);
                    } else {
                        stream.closes(() -> {
                            listening.close();
                            watch.close();
                        });
                    }
                }));
    }
}
