/** How a member comes back to what its disk holds. Exported to the simulator only, which starts members the same way. */
package io.pinfold.server.recovery;
