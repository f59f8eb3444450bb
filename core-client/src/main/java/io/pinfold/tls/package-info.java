/** What TLS is told: files, names and versions. */
package io.pinfold.tls;
