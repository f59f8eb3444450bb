/** The pinfold command. */
@NullMarked
package io.pinfold.cli;

import org.jspecify.annotations.NullMarked;
