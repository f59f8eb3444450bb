/** Group membership, barriers and latches: processes that know of each other and wait for each other. */
package io.pinfold.groups;
