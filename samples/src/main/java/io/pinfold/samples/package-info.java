/** One runnable class for each primitive, and the tour that {@code pinfold demo} gives. */
@NullMarked
package io.pinfold.samples;

import org.jspecify.annotations.NullMarked;
