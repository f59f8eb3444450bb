/** TLS of sockets: keys that are read again when they change, and the gate that nobody passes before the handshake is over. */
package io.pinfold.tls.live;
