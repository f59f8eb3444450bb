import org.jspecify.annotations.NullMarked;

/** A work queue whose items are put exactly once and claimed by leases, and a way over from Apache Curator's queues. */
@NullMarked
module io.pinfold.queue {
    requires transitive static org.jspecify;
    requires transitive io.pinfold.client;
    requires org.slf4j;

    exports io.pinfold.queue;
}
