/** What a client does as meters of Micrometer. For applications that have Micrometer anyway; nothing else needs it. */
package io.pinfold.client.micrometer;
