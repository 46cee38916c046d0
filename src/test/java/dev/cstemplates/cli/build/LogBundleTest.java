/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogBundleTest {

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "CST_REGISTRATION_CODE", "PLANTED-code",
            "AWS_SECRET_ACCESS_KEY", "PLANTED/aws",
            "https_proxy", "http://me:PLANTED-proxy@proxy:3128",
            "LANG", "C");

    @TempDir
    Path folder;

    @Test
    void plantedSecretsDoNotAppear() throws IOException {
        plant("events.jsonl", "{\"cause\": \"register with PLANTED-code failed\", \"password\": \"PLANTED1\"}");
        plant("install/packer.log", "AWS PLANTED/aws, base64 UExBTlRFRC1jb2Rl\nproxy asks: PLANTED-proxy\n");
        plant(
                "install/project/packer.json",
                "{\"url\": \"https://user:PLANTED2@mirror/x\", \"api_key\": \"PLANTED3\"}");
        plant("install/project/serial.log", """
            booting
            rootpw --iscrypted $6$PLANTED4$abcdefghij
            activationkey=PLANTED5 org=1
            Authorization: Basic PLANTED6
            -----BEGIN OPENSSH PRIVATE KEY-----
            PLANTED7
            -----END OPENSSH PRIVATE KEY-----
            token: PLANTED8
            login:
            """);
        plant("install/project/ssh/id", "PLANTED9");
        plant("install/project/answers/ks.cfg", "PLANTED10");
        plant("install/.project.part1/answers/ks.cfg", "PLANTED11");
        plant("install/project/output/disk.qcow2", "PLANTED12");
        Files.writeString(folder.resolve("elsewhere"), "PLANTED13");
        Files.createSymbolicLink(folder.resolve("builds/b1/install/link.log"), folder.resolve("elsewhere"));

        var zip = write("b1");

        var texts = read(zip);
        assertThat(texts)
                .containsOnlyKeys(
                        "b1/events.jsonl",
                        "b1/install/packer.log",
                        "b1/install/project/packer.json",
                        "b1/install/project/serial.log");
        assertThat(texts.toString())
                .doesNotContain("PLANTED", "UExBTlRFRC1jb2Rl")
                .contains("booting", "login:", "mirror/x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(zip)))
                .isEqualTo("rw-------");
    }

    @Test
    void aKeyThatTheEndOfALogCutsOffIsMasked() throws IOException {
        plant("install/packer.log", "-----BEGIN RSA PRIVATE KEY-----\nPLANTED");

        assertThat(read(write("b1")).toString()).doesNotContain("PLANTED");
    }

    @Test
    void logsOfASecondOwnerOfTheBuildAreIncluded() throws IOException {
        plant("packer.log", "first");
        plant("../b1.2/packer.log", "second");

        assertThat(read(write("b1"))).containsOnlyKeys("b1/packer.log", "b1.2/packer.log");
    }

    @Test
    void aBuildOfAnotherHostIsRefusedAndNothingIsWritten() {
        assertThatThrownBy(() -> write("b1"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("This host has no logs of build b1");
        assertThat(folder.resolve("b1.zip")).doesNotExist();
    }

    private void plant(String name, String text) throws IOException {
        var file = folder.resolve("builds/b1").resolve(name).normalize();
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Path write(String id) {
        return new LogBundle(ENVIRONMENT).write(folder.resolve("builds"), id, folder.resolve(id + ".zip"));
    }

    private static Map<String, String> read(Path zip) throws IOException {
        var texts = new TreeMap<String, String>();
        try (var file = new ZipFile(zip.toFile())) {
            for (var entry : file.stream().toList()) {
                texts.put(
                        entry.getName(), new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return texts;
    }
}
