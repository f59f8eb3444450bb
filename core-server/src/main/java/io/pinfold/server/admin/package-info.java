/** What operators see of a running member: four-letter words and metrics. Knows the engine, and no sockets. */
@NullMarked
package io.pinfold.server.admin;

import org.jspecify.annotations.NullMarked;
