/** The rim: sockets, the node loop, the disk thread. The only room of the server that knows of netty and threads. */
package io.pinfold.server.transport;
