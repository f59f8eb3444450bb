/**
 * The Apache ZooKeeper client protocol as bytes: jute primitives, requests, replies, the handshake. Pure java.base.
 *
 * <p>A frame is a length and that many bytes. The first one each way is a {@link io.pinfold.wire.ConnectRequest} and its
 * {@link io.pinfold.wire.ConnectResponse}; after that come a number, an operation and a {@link io.pinfold.wire.Request}
 * one way, a {@link io.pinfold.wire.ReplyHeader} and the parts in {@link io.pinfold.wire.Replies} the other way. Client
 * and server share every class here, each using the direction that it needs.
 *
 * <p>Three rules hold throughout. Reading is total: the only failure is {@link io.pinfold.wire.MalformedFrame}, and
 * nothing is allocated that the bytes at hand could not fill. What follows a record is not looked at, and numbers that
 * are not known yet are passed on, so that later versions can talk to this one. Null is taken wherever some client
 * sends it, and never sent back except for data.
 */
package io.pinfold.wire;
