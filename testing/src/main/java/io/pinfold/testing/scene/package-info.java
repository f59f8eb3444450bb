/** What the tests of all recipes begin with: servers of either kind, and two clients. For the project's own tests. */
package io.pinfold.testing.scene;
