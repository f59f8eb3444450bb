package io.pinfold.tls.live;

import io.pinfold.tls.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.X509CertSelector;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;

/** Believes authorities, except for what they have called back by a list in a file. Nobody else is asked. Stateless. */
final class RevokedCertificates {
    private RevokedCertificates() {}

    static TrustManagerFactory refusing(TlsConfig config) throws IOException {
        Path trust = config.trust();
        Path lists = config.revoked();
        if (trust == null || lists == null) {
            throw new IOException("A list of revoked certificates is one of authorities, which have to be named");
        }
        try (InputStream in = Files.newInputStream(lists)) {
            PKIXBuilderParameters wanted =
                    new PKIXBuilderParameters(authorities(trust, config), new X509CertSelector());
            PKIXRevocationChecker checker =
                    (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
            checker.setOptions(Set.of(Option.PREFER_CRLS, Option.NO_FALLBACK));
            wanted.addCertPathChecker(checker);
            wanted.addCertStore(CertStore.getInstance(
                    "Collection",
                    new CollectionCertStoreParameters(
                            CertificateFactory.getInstance("X.509").generateCRLs(in))));
            TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
            managers.init(new CertPathTrustManagerParameters(wanted));
            return managers;
        } catch (GeneralSecurityException e) {
            throw TlsFiles.unusable(trust + " and " + lists, e);
        }
    }

    private static KeyStore authorities(Path trust, TlsConfig config) throws IOException, GeneralSecurityException {
        String type = TlsFiles.storeType(trust);
        if (type != null) {
            return TlsFiles.store(trust, type, config.trustPassword());
        }
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        try (InputStream in = Files.newInputStream(trust)) {
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                authorities.setCertificateEntry("authority-" + authorities.size(), authority);
            }
        }
        return authorities;
    }
}
