/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CheckoutPathsTest {

    @Test
    void pathsInASnapshotBecomePathsInTheCheckout() {
        assertThat(printed("/home/me/cst", "/home/me/cst/target/launch/12/templates/debian/12.yaml: unknown key"))
                .isEqualTo("/home/me/cst/templates/debian/12.yaml: unknown key\n");
        assertThat(printed("/home/me/cst", "see /home/me/cst/target/launch/build.log"))
                .isEqualTo("see /home/me/cst/target/launch/build.log\n");
        assertThat(printed("", "/a/target/launch/1/scripts/x.sh")).isEqualTo("/a/target/launch/1/scripts/x.sh\n");
    }

    private static String printed(String checkout, String text) {
        var bytes = new ByteArrayOutputStream();
        new CheckoutPaths(checkout)
                .over(new PrintStream(bytes, true, StandardCharsets.UTF_8))
                .printf("%s%n", text);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
