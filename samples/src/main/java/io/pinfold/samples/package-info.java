/** One runnable class for each primitive. */
package io.pinfold.samples;
