/** The pinfold command. */
package io.pinfold.cli;
