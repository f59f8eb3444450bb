/** The server as a whole: what embeds it and what configures it. */
package io.pinfold.server;
