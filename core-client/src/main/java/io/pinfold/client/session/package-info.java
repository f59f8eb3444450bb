/**
 * The client without input and output: a state machine that is told what happened and answers with what to do. Knows
 * neither sockets nor threads nor clocks, so a simulated network and virtual time drive the very code that runs in
 * production.
 */
package io.pinfold.client.session;
