package io.pinfold.election;

import java.util.Optional;

/** A way of finding out who leads. Confined to the progress of its observer. */
interface Lookout {
    /** Who is told what was found out. */
    interface Reports {
        void saw(Optional<Leader> leader);

        void failed(Throwable failure);
    }

    /** Finds out who leads, and from then on when that changes; what was under way before is forgotten. */
    void look();

    /** Ends all watches. */
    void close();
}
