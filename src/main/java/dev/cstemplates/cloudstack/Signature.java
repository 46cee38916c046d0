package dev.cstemplates.cloudstack;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of a call, as {@code ApiServer.verifyRequest} checks it: names sorted by their bytes as sent, values encoded like
 * {@link URLEncoder} except for {@code %20}, everything in lower case, HMAC-SHA1.
 */
final class Signature {

    private static final String ALGORITHM = "HmacSHA1";

    private Signature() {}

    /** The text that is signed; names are not encoded. */
    static String canonical(SortedMap<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"))
                .toLowerCase(Locale.ROOT);
    }

    static String of(SortedMap<String, String> parameters, String secretKey) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            var signed = mac.doFinal(canonical(parameters).getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
        }
    }

    /** The form body of the POST request. */
    static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
