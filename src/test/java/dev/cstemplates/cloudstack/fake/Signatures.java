/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

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

/** Computes signatures on the server's side. */
final class Signatures {

    private Signatures() {}

    /** The signature of all parameters, sorted by the bytes of their names as sent. */
    static String expected(SortedMap<String, String> sent, String secretKey) {
        var canonical = sent.entrySet().stream()
                .filter(parameter -> !parameter.getKey().equalsIgnoreCase("signature"))
                .map(Signatures::pair)
                .collect(Collectors.joining("&"));
        return hmac(secretKey, canonical.toLowerCase(Locale.ROOT));
    }

    private static String pair(Map.Entry<String, String> parameter) {
        var value = URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8);
        return parameter.getKey() + "=" + value.replace("+", "%20");
    }

    static String hmac(String key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
