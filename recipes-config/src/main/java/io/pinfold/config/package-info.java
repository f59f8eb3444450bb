/** Configuration that follows the server, and values that many change: counters, atomic values, ids. */
package io.pinfold.config;
