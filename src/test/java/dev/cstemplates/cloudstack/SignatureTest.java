/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Signatures match those that the server computes. */
class SignatureTest {

    private static final JsonNode VECTORS = Recording.of("signing-test-vectors").content();

    static Stream<JsonNode> vectors() {
        return VECTORS.path("vectors").valueStream();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void signsAsTheServerDoes(JsonNode vector) {
        var parameters = new TreeMap<String, String>();
        vector.path("params")
                .properties()
                .forEach(each -> parameters.put(each.getKey(), each.getValue().stringValue()));

        assertThat(Signature.canonical(parameters))
                .isEqualTo(vector.path("canonical").stringValue());
        assertThat(Signature.of(parameters, VECTORS.path("secretkey").stringValue()))
                .isEqualTo(vector.path("signature").stringValue());
    }

    @Test
    void theDocumentationsOwnExample() {
        var parameters = new TreeMap<String, String>();
        parameters.put("command", "listUsers");
        parameters.put("response", "json");
        parameters.put("apikey", VECTORS.path("apikey").stringValue());

        assertThat(Signature.of(parameters, VECTORS.path("secretkey").stringValue()))
                .isEqualTo("TTpdDq/7j/J58XCRHomKoQXEQds=");
    }
}
