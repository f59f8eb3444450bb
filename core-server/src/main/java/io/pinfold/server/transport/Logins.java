package io.pinfold.server.transport;

import io.pinfold.AuthId;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who clients may prove to be by other means than a request. Immutable.
 *
 * @param saslUsers passwords by user; empty for no logins by SASL
 * @param saslSuperUser the one of them who may do everything; empty for nobody
 * @param certificateSuperUser the subject of the certificate whose owner may do everything; empty for nobody
 */
public record Logins(Map<String, String> saslUsers, String saslSuperUser, String certificateSuperUser) {
    static final AuthId SUPER = new AuthId("super", "");

    /** Copies the users. */
    public Logins {
        saslUsers = Map.copyOf(saslUsers);
    }

    /** {@return the owner of a certificate, by the name that ZooKeeper gives it; nobody without one} */
    List<AuthId> ownerOf(@Nullable X509Certificate certificate) {
        if (certificate == null) {
            return List.of();
        }
        String subject = certificate.getSubjectX500Principal().getName();
        AuthId owner = new AuthId("x509", subject);
        return subject.equals(certificateSuperUser) ? List.of(SUPER, owner) : List.of(owner);
    }

    /** Shows no passwords. */
    @Override
    public String toString() {
        return "saslUsers=" + saslUsers.keySet();
    }
}
