package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The trusted CAs: Java's and those of a PEM file. */
final class Trust {

    private Trust() {}

    static SSLContext with(Path authority) {
        try (var in = Files.newInputStream(authority)) {
            var certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw noAuthority(authority, "it contains no certificate");
            }
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            var number = 0;
            for (var known : managerOf(null).getAcceptedIssuers()) {
                store.setCertificateEntry("known-" + number++, known);
            }
            for (var certificate : certificates) {
                store.setCertificateEntry("own-" + number++, certificate);
            }
            var context = SSLContext.getInstance("TLS");
            context.init(null, new X509TrustManager[] {managerOf(store)}, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw noAuthority(authority, String.valueOf(e.getMessage())).because(e);
        }
    }

    private static Failure noAuthority(Path file, String why) {
        return Failure.usage(
                "Invalid CA file " + file + ": " + why,
                "Set 'authority' in the profile to a PEM file (-----BEGIN CERTIFICATE-----).");
    }

    private static X509TrustManager managerOf(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("This JDK has no X.509 trust manager"));
    }
}
