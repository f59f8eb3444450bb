/** The replicated state and its rules: znodes, sessions, and how a request becomes a transaction. Deterministic and pure. */
package io.pinfold.server.tree;
