package io.pinfold.tls.live;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds hosts in certificates, by the rules of RFC 6125 without the common name. Stateless. */
public final class CertificateNames {
    private static final Integer DNS = 2;
    private static final Integer ADDRESS = 7;

    private CertificateNames() {}

    /** {@return whether a certificate is one of this host, a name or an address} */
    public static boolean match(X509Certificate certificate, String host) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> isName(name, host));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static boolean isName(List<?> name, String host) {
        String text = String.valueOf(name.get(1));
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address != null) {
            return ADDRESS.equals(name.get(0)) && isSameAddress(text, address);
        }
        return DNS.equals(name.get(0)) && isSameName(text.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT));
    }

    private static boolean isSameAddress(String text, byte[] address) {
        byte[] named = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return named != null && InetAddress.getByAddress(named).equals(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address of " + address.length + " bytes", e);
        }
    }

    /** A star stands for one whole label, the first one. */
    private static boolean isSameName(String pattern, String host) {
        int dot = host.indexOf('.');
        return pattern.startsWith("*.")
                ? dot > 0 && host.substring(dot).equals(pattern.substring(1))
                : pattern.equals(host);
    }
}
