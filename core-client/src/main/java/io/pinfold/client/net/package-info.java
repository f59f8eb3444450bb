/** The rim of the client: sockets, threads and clocks. */
package io.pinfold.client.net;
