package io.pinfold.framework;

import io.pinfold.PinfoldException;

/** What a {@link Contender} wants done; all names are names of children of the queue's directory. Immutable. */
sealed interface ContenderAction {
    /** Hands the action to whoever can do it. */
    void perform(Hands hands);

    /** What a driver can do. Each method is the action of the same name. */
    interface Hands {
        void enlist(String guid, String request, int round);

        void listPlaces(int round);

        void resolve(int round);

        void identify(String name, int round);

        void watchPredecessor(String name);

        void unwatchPredecessor(String name);

        void watchOwn(String name);

        void pause(int round, int setbacks);

        void delete(String name);

        void grant(String name, long czxid, long owner);

        void refuse();

        void fail(PinfoldException cause);

        void lose();

        void done();
    }

    /** Create {@code request} (the server appends the sequence) and list the directory, in one flush. */
    record Enlist(String guid, String request, int round) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.enlist(guid, request, round);
        }
    }

    /** List the directory. */
    record ListPlaces(int round) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.listPlaces(round);
        }
    }

    /** Bring the server up to date and list the directory, to learn the fate of a creation. */
    record Resolve(int round) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.resolve(round);
        }
    }

    /** Read the metadata of the place that a listing showed to be ours. */
    record Identify(String name, int round) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.identify(name, round);
        }
    }

    /** Tell when this place is gone or changes; one that is gone already counts. */
    record WatchPredecessor(String name) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.watchPredecessor(name);
        }
    }

    /** The watch is not needed any more. */
    record UnwatchPredecessor(String name) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.unwatchPredecessor(name);
        }
    }

    /** Tell when the own place is gone; one that is gone already counts. */
    record WatchOwn(String name) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.watchOwn(name);
        }
    }

    /** Wait a little, longer with each setback in a row, then say {@code pauseOver}. */
    record Pause(int round, int setbacks) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.pause(round, setbacks);
        }
    }

    /** Delete for sure. */
    record Delete(String name) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.delete(name);
        }
    }

    /** The place is held. */
    record Grant(String name, long czxid, long owner) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.grant(name, czxid, owner);
        }
    }

    /** Somebody else holds the place, and this contender was not to wait. */
    record Refuse() implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.refuse();
        }
    }

    /** The contender gives up. */
    record Fail(PinfoldException cause) implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.fail(cause);
        }
    }

    /** The held place was deleted by somebody else. */
    record Lose() implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.lose();
        }
    }

    /** Nothing more will come; forget the contender when what was ordered before is done. */
    record Done() implements ContenderAction {
        @Override
        public void perform(Hands hands) {
            hands.done();
        }
    }
}
