/** The Apache ZooKeeper client protocol as bytes: jute primitives, requests, replies, the handshake. Pure java.base. */
package io.pinfold.wire;
