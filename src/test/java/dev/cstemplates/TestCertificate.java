package dev.cstemplates;

import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for 127.0.0.1.
 *
 * @param context for a server that presents it and for a client that trusts it
 * @param pem the certificate
 */
public record TestCertificate(SSLContext context, Path pem) {

    private static final char[] PASSWORD = "not-secret".toCharArray();

    /** Creates one in {@code folder}. */
    public static TestCertificate in(Path folder) throws Exception {
        var store = folder.resolve("server.p12");
        var pem = folder.resolve("server.pem");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        try (var processes = new Processes()) {
            processes.check(Command.of(keytool, "-genkeypair", "-alias", "server", "-keyalg", "EC")
                    .with("-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1", "-validity", "30")
                    .with("-keystore", store.toString(), "-storetype", "PKCS12")
                    .with("-storepass", new String(PASSWORD)));
            processes.check(Command.of(keytool, "-exportcert", "-alias", "server", "-rfc")
                    .with("-keystore", store.toString(), "-file", pem.toString())
                    .with("-storepass", new String(PASSWORD)));
        }
        return new TestCertificate(contextOf(store), pem);
    }

    private static SSLContext contextOf(Path file) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
