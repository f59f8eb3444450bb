/** Leader election with terms, and observers of leaders. */
package io.pinfold.election;
