/** Which connection wants to hear of which znode. Deterministic and pure; knows nothing of the tree. */
package io.pinfold.server.watch;
