/**
 * The values that everything else speaks of: znodes' metadata, operations, events and errors. No dependencies.
 */
package io.pinfold;
