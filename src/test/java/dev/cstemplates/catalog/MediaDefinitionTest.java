/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.InstallerKind;
import dev.cstemplates.media.Checksums;
import dev.cstemplates.media.Fingerprint;
import dev.cstemplates.media.Selection;
import dev.cstemplates.media.Signature;
import dev.cstemplates.media.SigningKey;
import dev.cstemplates.media.SizeBounds;
import dev.cstemplates.packer.answers.AnswerDelivery;
import dev.cstemplates.packer.answers.PackageRepository;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions of media, keys and installers, and messages about invalid ones. */
class MediaDefinitionTest {

    private static final String WITH_ISO = Shelf.WITH_ISO;

    @TempDir
    Path folder;

    private Shelf shelf;

    @BeforeEach
    void createShelf() throws IOException {
        shelf = Shelf.in(folder);
    }

    @Test
    void allFieldsAreRead() throws IOException {
        shelf.put("plain/1", WITH_ISO);
        assertThat(shelf.catalog().problems()).isEmpty();
        var definition = shelf.catalog().definition("plain-1");
        assertThat(definition.sources()).containsExactly(Source.BOOTSTRAP, Source.ISO);
        var iso = definition.medium(Architecture.X86_64, Source.ISO);
        var source = iso.published();
        assertThat(source.id()).isEqualTo("plain-1-x86_64-iso");
        assertThat(source.mirrors())
                .extracting(mirror -> mirror.locate("a").toString())
                .containsExactly(
                        "https://vendor.example/isos/a",
                        "https://mirror.example/isos/a",
                        "https://archive.example/isos/a");
        assertThat(((Selection.Newest) source.selection()).names().asMatchPredicate())
                .accepts("plain-1.12.iso")
                .rejects("plain-1.12.iso.zsync");
        var key = new SigningKey(
                "vendor",
                new Fingerprint("843938DF228D22F7B3742BC0D94AA3F0EFE21092"),
                URI.create("https://vendor.example/key"),
                null,
                LocalDate.of(2031, 1, 1));
        assertThat(definition.keys()).containsEntry("vendor", key);
        assertThat(source.checksums())
                .contains(new Checksums(
                        "SHA256SUMS",
                        new Checksums.Format.Gnu(),
                        Digest.Algorithm.SHA256,
                        new Signature.Detached("{file}.gpg", List.of(key))));
        assertThat(source.size()).isEqualTo(new SizeBounds(ByteSize.ofMiB(300), ByteSize.ofGiB(2)));
        assertThat(iso.boot()).isEqualTo(new Media.BootFiles("/boot/vmlinuz", "/boot/initrd"));
        var installer = Objects.requireNonNull(definition.installer());
        assertThat(installer.kind()).isEqualTo(InstallerKind.KICKSTART);
        assertThat(installer.delivery()).isEqualTo(new AnswerDelivery.Cd("OEMDRV"));
        assertThat(installer.repositories().getFirst().forArchitecture(Architecture.AARCH64))
                .isEqualTo(new PackageRepository("BaseOS", "https://vendor.example/aarch64/os/"));
    }

    @Test
    void aLocalIsoDoesNotRequireAVendor() throws IOException {
        shelf.put("plain/1", WITH_ISO.replaceAll("(?s)iso:\n.*?kernel:", "iso:\n      local: true\n      kernel:"));
        assertThat(shelf.catalog().problems()).isEmpty();
    }

    /** Each of these would become part of the kernel's command line, which QEMU and the installer split at spaces. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a'b",
                "a\"b",
                "a\\nb",
                "{{ .HTTPIP }}",
                "a$(reboot)",
                "{file}",
                "-kernel",
                "a;b",
                "a\\\\b"
            })
    void unsafeArgumentsAreRefused(String argument) throws IOException {
        var quoted = '"' + argument.replace("\"", "\\\"") + '"';
        assertThat(problemsOf("arguments: [inst.text,", "arguments: [" + quoted + ","))
                .singleElement()
                .asString()
                .contains("installer.arguments[0]")
                .matches("templates/bad/1.yaml:\\d+:\\d+: .*");
    }

    @Test
    void missingKeysAreReported() throws IOException {
        assertThat(problemsOf("  label: OEMDRV\n", ""))
                .first()
                .asString()
                .contains("installer: expected exactly one of the keys label, urlArgument");
        assertThat(problemsOf("  template: plain/kickstart.ftl\n", ""))
                .singleElement()
                .asString()
                .contains("installer: the key 'template' is missing");
        assertThat(problemsOf("suffix: .gpg, ", "")).singleElement().asString().contains("the key 'suffix' is missing");
        assertThat(problemsOf("kind: detached, suffix: .gpg, keys: [vendor]", "kind: none"))
                .singleElement()
                .asString()
                .contains("architectures.x86_64.iso.signature: the key 'reason' is missing");
        assertThat(problemsOf("      kernel: /boot/vmlinuz\n", ""))
                .singleElement()
                .asString()
                .contains("architectures.x86_64.iso: the key 'kernel' is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "base: https://vendor.example/isos|base: http://vendor.example/isos",
                "843938DF228D22F7B3742BC0D94AA3F0EFE21092|EFE21092",
                "file: plain|file: (plain",
                "kernel: /boot/vmlinuz|kernel: /boot/../../etc/passwd",
                "format: gnu|format: xml",
                "label: OEMDRV|label: \"a,b\"",
                "template: plain/kickstart.ftl|template: ../../etc/passwd",
                "expires: 2031-01-01|expires: 2031-02-31",
                "https://vendor.example/{arch}/os/|https://vendor.example/$(reboot)/os/",
            })
    void invalidValuesAreRefused(String change) throws IOException {
        var bar = change.indexOf('|');
        assertThat(problemsOf(change.substring(0, bar), change.substring(bar + 1)))
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem).startsWith("templates/bad/1.yaml:"));
    }

    @Test
    void aRemovedKeyIsReportedWithItsLine() throws IOException {
        assertThat(problemsOf("  stall: 15m", "  bootCommand: [\"<enter>\"]\n  stall: 15m"))
                .singleElement()
                .asString()
                .matches("templates/bad/1.yaml:\\d+:3: .*")
                .contains("'bootCommand'");
    }

    @Test
    void contradictionsAreReportedWithTheirLine() throws IOException {
        assertThat(problemsOf("keys: [vendor]", "keys: [vendro]"))
                .singleElement()
                .asString()
                .contains("iso.signature.keys.0: there is no key 'vendro' in 'keys'; did you mean 'vendor'?");
        assertThat(problemsOf("least: 300MiB", "least: 3GiB"))
                .singleElement()
                .asString()
                .contains("'most' is less");
        assertThat(problemsOf("file: SHA256SUMS", "file: \"{file}.sha256\""))
                .singleElement()
                .asString()
                .contains("'{file}' needs a 'file' that matches one name only");
        assertThat(problemsOf("format: gnu", "format: single"))
                .singleElement()
                .asString()
                .contains("checksum.format: 'single' needs a 'file' that matches one name only");
        assertThat(problemsOf(
                        "      kernel:",
                        "      pin: {file: other.iso, digest: " + "0".repeat(128) + "}\n      kernel:"))
                .hasSize(2);
        assertThat(problemsOf(WITH_ISO.substring(WITH_ISO.indexOf("installer:")), ""))
                .singleElement()
                .asString()
                .contains("an ISO needs an 'installer'");
    }

    private List<String> problemsOf(String from, String to) throws IOException {
        assertThat(WITH_ISO).contains(from);
        shelf.put("bad/1", WITH_ISO.replace(from, to));
        return shelf.catalog().problems().stream().map(Problem::toString).toList();
    }
}
