/** A work queue whose items are put exactly once and claimed by leases, and a way over from Apache Curator's queues. */
package io.pinfold.queue;
