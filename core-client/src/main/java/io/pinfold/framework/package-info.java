/** What authors of recipes build on: leases, contenders, ordered callbacks. */
package io.pinfold.framework;
