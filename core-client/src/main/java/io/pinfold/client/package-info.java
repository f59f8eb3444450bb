/** The client: blocking and asynchronous calls, watches, sessions and retries against any server of the protocol. */
package io.pinfold.client;
