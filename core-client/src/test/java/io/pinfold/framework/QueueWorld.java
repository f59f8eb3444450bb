package io.pinfold.framework;

import io.pinfold.ConnectionLostException;
import io.pinfold.PinfoldException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tiny model of a server with one queue directory, of clients as far as contenders see them, and of everything that
 * can go wrong between them. Whoever drives it decides what happens next. Confined to one thread.
 */
final class QueueWorld {
    static final PlaceNames NAMES = new PlaceNames("lock-");

    /** What can go wrong for one actor. */
    enum Fault {
        /** The connection breaks; what was not served yet is lost, and the client cannot tell. */
        LOSE_REQUESTS,
        /** The connection breaks; everything was served, all answers and events are lost. */
        LOSE_REPLIES,
        /** The connection breaks before anything was sent: the client knows that nothing happened. */
        REFUSE,
        /** As LOSE_REPLIES, and the client is attached again at once. */
        BLINK,
        /** The connection breaks for so long that leases must be given up, and comes back. */
        CLOCK_RUNS_OUT,
        /** The session ends on the server. */
        EXPIRE,
        /** The client gives the session up before the server ends it. */
        GHOST,
        /** Everything that was asked and not answered yet fails, as if the client's operation timeout had passed. */
        READS_FAIL,
        /** The caller loses interest, or closes the lease. */
        CANCEL,
        /** Somebody deletes the actor's znodes. */
        ADMIN_DELETES
    }

    private record Znode(long czxid, long owner) {}

    /** A request of a client. */
    private sealed interface Call {
        record Create(String guid, String request) implements Call {}

        record Listing(int round) implements Call {}

        record Identify(String name, int round) implements Call {}

        record Watch(String name, boolean own) implements Call {}

        record Delete(String name) implements Call {}
    }

    /** What a server sends; {@code call} is what it answers, or null for an event. */
    private record Message(@Nullable Call call, Supplier<List<ContenderAction>> input) {}

    final Map<String, Znode> nodes = new LinkedHashMap<>();
    final List<Actor> actors = new ArrayList<>();
    /** Tokens in the order in which they were granted. */
    final List<Long> grants = new ArrayList<>();

    private final Set<Long> liveSessions = new LinkedHashSet<>();
    private long zxid = 100;
    private int counter = Integer.MAX_VALUE - 1; // the sequences wrap around in every run
    private long sessions;
    private int guids;
    /** Until the first creation. */
    private boolean directoryMissing = true;

    boolean adminWasHere;

    Actor enter(boolean patient) {
        Actor actor = new Actor(patient);
        actors.add(actor);
        actor.input(actor.contender::enter);
        return actor;
    }

    void addStrangers(String... names) {
        for (String name : names) {
            nodes.put(name, new Znode(++zxid, 0));
        }
    }

    private long newSession() {
        liveSessions.add(++sessions);
        return sessions;
    }

    private void delete(String name) {
        if (nodes.remove(name) != null) {
            zxid++;
            actors.forEach(actor -> actor.nodeDeleted(name));
        }
    }

    /** The server ends sessions that no client uses any more. */
    void reapGhosts() {
        for (long session : List.copyOf(liveSessions)) {
            if (actors.stream().noneMatch(actor -> actor.session == session)) {
                expire(session);
            }
        }
    }

    private void expire(long session) {
        liveSessions.remove(session);
        nodes.entrySet().stream()
                .filter(node -> node.getValue().owner() == session)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::delete);
    }

    /** Throws unless everything that must hold at every moment holds. */
    void check() {
        List<Actor> holders = actors.stream().filter(Actor::believesToHold).toList();
        long inPlace = holders.stream()
                .filter(actor -> nodes.containsKey(actor.heldName))
                .count();
        require(inPlace <= 1, "two leases are held");
        require(adminWasHere || holders.size() <= 1, "two contenders believe to hold");
        for (Actor holder : holders) {
            List<String> queue = NAMES.inOrder(nodes.keySet());
            require(
                    !nodes.containsKey(holder.heldName) || queue.get(0).equals(holder.heldName),
                    "the holder is not the first");
        }
        // Whoever is told "you are first" just before an administrator deletes its znode may believe it for a moment.
        for (int i = 1; i < grants.size() && !adminWasHere; i++) {
            require(grants.get(i - 1) < grants.get(i), "tokens do not increase: " + grants);
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** One client with one contender. */
    final class Actor implements ContenderAction.Hands {
        final Contender contender;
        private long session = newSession();
        private boolean connected = true;
        private boolean clockOut;
        private final Deque<Call> requests = new ArrayDeque<>();
        private final Deque<Message> inbox = new ArrayDeque<>();
        private final Deque<Integer> pauses = new ArrayDeque<>();
        private final Set<String> serverWatches = new LinkedHashSet<>();
        private final Map<String, Boolean> clientWatches = new LinkedHashMap<>();
        private final Deque<Supplier<List<ContenderAction>>> inputs = new ArrayDeque<>();
        private boolean running;

        boolean wants = true;
        boolean granted;
        boolean refused;
        private boolean holding;
        private String heldName = "";

        Actor(boolean patient) {
            contender = new Contender(NAMES, Ranking.first(NAMES), patient, () -> "guid" + guids++);
        }

        boolean believesToHold() {
            return holding && !clockOut;
        }

        boolean isGone() {
            return contender.phase() == Contender.Phase.GONE;
        }

        boolean canServe() {
            return connected && !requests.isEmpty();
        }

        boolean canDeliver() {
            return !inbox.isEmpty();
        }

        boolean canPause() {
            return !pauses.isEmpty();
        }

        boolean isConnected() {
            return connected;
        }

        void input(Supplier<List<ContenderAction>> input) {
            inputs.add(input);
            if (!running) {
                running = true;
                while (!inputs.isEmpty()) {
                    inputs.remove().get().forEach(action -> action.perform(this));
                }
                running = false;
            }
        }

        // What may happen next.

        void serve() {
            Call call = requests.remove();
            if (call instanceof Call.Create create) {
                serveCreate(create);
            } else if (call instanceof Call.Listing listing) {
                List<String> children = List.copyOf(nodes.keySet());
                answer(call, () -> contender.listed(listing.round(), children));
            } else if (call instanceof Call.Identify identify) {
                Znode node = nodes.get(identify.name());
                answer(
                        call,
                        () -> contender.identified(
                                identify.round(), node == null ? 0 : node.czxid(), node == null ? 0 : node.owner()));
            } else if (call instanceof Call.Watch watch) {
                serveWatch(watch);
            } else if (call instanceof Call.Delete deletion) {
                QueueWorld.this.delete(deletion.name());
            }
        }

        private void serveCreate(Call.Create create) {
            if (directoryMissing) {
                directoryMissing = false; // the client makes it, and creates once more, behind whatever was sent since
                requests.add(create);
                return;
            }
            String name = create.request() + String.format("%010d", counter++);
            Znode node = new Znode(++zxid, session);
            nodes.put(name, node);
            answer(create, () -> contender.created(create.guid(), name, node.czxid(), node.owner()));
        }

        private void serveWatch(Call.Watch watch) {
            if (nodes.containsKey(watch.name())) {
                serverWatches.add(watch.name());
                answer(watch, () -> {
                    clientWatches.put(watch.name(), watch.own());
                    return List.of();
                });
            } else {
                answer(watch, () -> gone(watch.name(), watch.own()));
            }
        }

        private void answer(Call call, Supplier<List<ContenderAction>> input) {
            inbox.add(new Message(call, input));
        }

        private void nodeDeleted(String name) {
            if (serverWatches.remove(name)) {
                inbox.add(new Message(null, () -> {
                    Boolean own = clientWatches.remove(name);
                    return own == null ? List.of() : gone(name, own);
                }));
            }
        }

        private List<ContenderAction> gone(String name, boolean own) {
            return own ? contender.ownDeleted(name) : contender.predecessorGone(name);
        }

        void deliver() {
            input(inbox.remove().input());
        }

        void pauseEnds() {
            int round = pauses.remove();
            input(() -> contender.pauseOver(round));
        }

        void release() {
            holding = false;
            wants = false;
            input(contender::withdraw);
        }

        void reconnect() {
            connected = true;
            if (!liveSessions.contains(session)) {
                sessionEnds();
            }
            clockOut = false;
            for (Map.Entry<String, Boolean> watch : Map.copyOf(clientWatches).entrySet()) {
                serverWatches.add(watch.getKey());
                if (!nodes.containsKey(watch.getKey())) {
                    nodeDeleted(watch.getKey());
                }
            }
            inbox.add(new Message(null, contender::sessionResumed));
        }

        void suffer(Fault fault) {
            switch (fault) {
                case LOSE_REQUESTS -> disconnect(true);
                case LOSE_REPLIES -> {
                    serveAll();
                    disconnect(true);
                }
                case REFUSE -> disconnect(false);
                case BLINK -> {
                    serveAll();
                    disconnect(true);
                    reconnect();
                }
                case CLOCK_RUNS_OUT -> {
                    disconnect(true);
                    clockRunsOut();
                }
                case EXPIRE -> {
                    disconnect(true);
                    clockRunsOut();
                    expire(session);
                }
                case GHOST -> {
                    disconnect(true);
                    clockRunsOut();
                    sessionEnds();
                }
                case READS_FAIL -> readsFail(List.copyOf(requests));
                case CANCEL -> release();
                case ADMIN_DELETES -> {
                    adminWasHere = true;
                    nodes.entrySet().stream()
                            .filter(node -> node.getValue().owner() == session)
                            .map(Map.Entry::getKey)
                            .toList()
                            .forEach(QueueWorld.this::delete);
                }
            }
        }

        private void serveAll() {
            while (canServe()) {
                serve();
            }
        }

        private void disconnect(boolean sent) {
            if (!connected) {
                return;
            }
            connected = false;
            serverWatches.clear();
            List<Call> pending = new ArrayList<>();
            inbox.stream().filter(message -> message.call() != null).forEach(message -> pending.add(message.call()));
            inbox.clear();
            int answered = pending.size();
            pending.addAll(requests);
            requests.clear();
            for (int i = 0; i < pending.size(); i++) {
                Call call = pending.get(i);
                if (!(call instanceof Call.Create create)) {
                    requests.add(call); // reads and deletions are repeated
                } else if (sent || i < answered) {
                    input(() -> contender.createUnknown(create.guid()));
                } else {
                    input(() -> contender.createFailed(create.guid(), lost()));
                }
            }
        }

        private void clockRunsOut() {
            if (connected) {
                return;
            }
            clockOut = true;
            if (holding) {
                release();
            }
        }

        /** The client learns, or decides, that its session is over, and has another from now on. */
        private void sessionEnds() {
            long old = session;
            session = newSession();
            if (holding) {
                release();
            }
            List<Call> pending = List.copyOf(requests);
            requests.clear();
            clientWatches.clear();
            input(() -> contender.sessionExpired(old));
            for (Call call : pending) {
                if (call instanceof Call.Create create) {
                    input(() -> contender.createFailed(create.guid(), lost()));
                }
            }
            readsFail(pending);
        }

        private void readsFail(List<Call> calls) {
            for (Call call : calls) {
                if (call instanceof Call.Listing listing) {
                    requests.remove(call);
                    input(() -> contender.readFailed(listing.round(), lost()));
                } else if (call instanceof Call.Identify identify) {
                    requests.remove(call);
                    input(() -> contender.readFailed(identify.round(), lost()));
                } else if (call instanceof Call.Watch watch && !watch.own()) {
                    requests.remove(call);
                    input(() -> contender.predecessorUnwatched(watch.name()));
                }
            }
        }

        private PinfoldException lost() {
            return new ConnectionLostException(null, "lost");
        }

        // What the contender wants done.

        @Override
        public void enlist(String guid, String request, int round) {
            requests.add(new Call.Create(guid, request));
            requests.add(new Call.Listing(round));
        }

        @Override
        public void listPlaces(int round) {
            requests.add(new Call.Listing(round));
        }

        @Override
        public void resolve(int round) {
            requests.add(new Call.Listing(round));
        }

        @Override
        public void identify(String name, int round) {
            requests.add(new Call.Identify(name, round));
        }

        @Override
        public void watchPredecessor(String name) {
            requests.add(new Call.Watch(name, false));
        }

        @Override
        public void unwatchPredecessor(String name) {
            clientWatches.remove(name, false);
        }

        @Override
        public void watchOwn(String name) {
            requests.add(new Call.Watch(name, true));
        }

        @Override
        public void pause(int round, int setbacks) {
            require(setbacks < 50, "goes round in circles");
            pauses.add(round);
        }

        @Override
        public void delete(String name) {
            requests.add(new Call.Delete(name));
        }

        @Override
        public void grant(String name, long czxid, long owner) {
            if (!wants) {
                input(contender::withdraw);
            } else if (owner != session) {
                input(contender::grantStale);
            } else if (clockOut) {
                input(contender::grantDoubted);
            } else {
                holding = true;
                granted = true;
                heldName = name;
                grants.add(czxid);
            }
        }

        @Override
        public void refuse() {
            refused = true;
            wants = false;
        }

        @Override
        public void fail(PinfoldException cause) {
            refused = true;
            wants = false;
        }

        @Override
        public void lose() {
            holding = false;
            wants = false;
        }

        @Override
        public void done() {
            // A contender that is done says nothing more; its deletions go on.
        }
    }
}
