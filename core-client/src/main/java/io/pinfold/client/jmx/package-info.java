/** What a client does as an MXBean, for consoles of Java Management Extensions. */
package io.pinfold.client.jmx;
