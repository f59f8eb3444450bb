/** Data directories of Apache ZooKeeper, read and written: the way in and the way out. Knows files and trees. */
@NullMarked
package io.pinfold.server.migration;

import org.jspecify.annotations.NullMarked;
