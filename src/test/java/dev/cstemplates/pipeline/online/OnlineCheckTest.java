/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.online;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.catalog.Shelf;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Retry;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.media.MediaInspection;
import dev.cstemplates.media.TransferSettings;
import dev.cstemplates.media.Vendor;
import dev.cstemplates.media.VendorKey;
import dev.cstemplates.pipeline.online.OnlineCheck.Finding;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which a vendor's server can differ from the definition is one line, with its cause. */
final class OnlineCheckTest {

    private static final VendorKey VENDORS = VendorKey.make();
    private static final String KEY = "/keys/vendor.asc";
    private static final String ISO = "/isos/plain-1.7.iso";
    private static final String LIST = "/isos/SHA256SUMS";
    private static final String SIGNATURE = "/isos/SHA256SUMS.gpg";

    /** The definition's own limits on the size start at 300 MiB. */
    private static final String SIZE = "size: {least: 1MiB, most: 4MiB}";

    /** Keys can be made to expire in the future only, so that the checks run later. */
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(100));

    private final LocalDate today = now.atOffset(ZoneOffset.UTC).toLocalDate();

    private final Processes processes = new Processes();
    private final byte[] content = new byte[2 << 20];

    @TempDir
    private Path folder;

    private Vendor vendor;
    private String definition = "";
    private Map<String, String> environment = Map.of();
    private Duration stall = Duration.ofMinutes(1);

    @BeforeEach
    void start() throws Exception {
        vendor = new Vendor();
        vendor.offer(KEY, VENDORS.armoredKey());
        vendor.offer(ISO, content);
        publish(VENDORS);
        define(VENDORS, vendor.url("/isos").toString());
    }

    @AfterEach
    void stop() {
        vendor.close();
        processes.close();
    }

    @Test
    void aVendorThatDeliversWhatTheDefinitionExpectsPasses() throws Exception {
        assertThat(check())
                .allMatch(each -> each.check().status() == Status.PASSED)
                .extracting(each -> each.check().title())
                .containsExactly("security updates", "key vendor (iso)", "x86_64 iso");
        assertThat(detail("x86_64 iso")).isEqualTo("plain-1.7.iso");
    }

    @Test
    void aMissingChecksumFileIsNamed() throws Exception {
        vendor.withdraw(LIST);

        failed("x86_64 iso", Failure.Kind.REMOTE, "404", "/isos/SHA256SUMS");
    }

    @Test
    void aMissingSignatureIsNamed() throws Exception {
        vendor.withdraw(SIGNATURE);

        failed("x86_64 iso", Failure.Kind.REMOTE, "404", "/isos/SHA256SUMS.gpg");
    }

    @Test
    void aMediumThatIsListedAndMissingIsNamed() throws Exception {
        vendor.withdraw(ISO);

        failed("x86_64 iso", Failure.Kind.REMOTE, "404", "plain-1.7.iso");
    }

    @Test
    void anotherSignerIsRefused() throws Exception {
        publish(VendorKey.make());

        failed("x86_64 iso", Failure.Kind.BUILD, "SHA256SUMS");
    }

    @Test
    void anotherKeyAtTheAddressIsRefused() throws Exception {
        vendor.offer(KEY, VendorKey.make().armoredKey());

        failed("key vendor (iso)", Failure.Kind.BUILD, VENDORS.fingerprint().hex());
    }

    @Test
    void anExpiredKeyIsNamed() throws Exception {
        var expired = VendorKey.expiringAt(now.minus(Duration.ofDays(30)));
        vendor.offer(KEY, expired.armoredKey());
        define(expired, vendor.url("/isos").toString());

        failed("key vendor (iso)", Failure.Kind.BUILD, "expired on " + today.minusDays(30));
    }

    @Test
    void aKeyThatExpiresSoonIsAWarning() throws Exception {
        var ending = VendorKey.expiringAt(now.plus(Duration.ofDays(30)));
        vendor.offer(KEY, ending.armoredKey());
        define(ending, vendor.url("/isos").toString());

        assertThat(finding("key vendor (iso)").check().status()).isEqualTo(Status.WARNING);
        assertThat(detail("key vendor (iso)")).isEqualTo("expires on " + today.plusDays(30) + ", in 30 days");
    }

    @Test
    void aReleaseThatHasEndedIsAWarning() throws Exception {
        definition = definition.replace("eol: 2030-01-31", "eol: " + today.minusDays(1));

        assertThat(finding("security updates").check().status()).isEqualTo(Status.WARNING);
        assertThat(detail("security updates")).isEqualTo("until " + today.minusDays(1) + ", which is over");
    }

    @Test
    void aMediumOfAnotherSizeIsNamed() throws Exception {
        definition = definition.replace(SIZE, "size: {least: 3MiB, most: 4MiB}");

        failed("x86_64 iso", Failure.Kind.BUILD, "2097152 bytes");
    }

    @Test
    void aCaptivePortalFailsEveryRow() throws Exception {
        for (var path : List.of(KEY, LIST, SIGNATURE, ISO)) {
            vendor.offer(path, "<!DOCTYPE html><html><body>Please log in to this network.</body></html>");
        }

        assertThat(check())
                .filteredOn(each -> !each.check().title().equals("security updates"))
                .allSatisfy(each -> {
                    assertThat(each.check().status()).isEqualTo(Status.FAILED);
                    assertThat(each.check().fix()).isNotBlank();
                });
    }

    @Test
    void aHostThatDoesNotExistIsNamed() throws Exception {
        define(VENDORS, "http://vendor.invalid/isos");

        failed("x86_64 iso", Failure.Kind.REMOTE, "vendor.invalid");
    }

    @Test
    void aServerThatRefusesTheConnectionIsNamed() throws Exception {
        vendor.close();

        failed("x86_64 iso", Failure.Kind.REMOTE, vendor.url("").getAuthority());
    }

    @Test
    void aServerThatSendsNothingIsGivenUp() throws Exception {
        stall = Duration.ofMillis(300);
        vendor.injectFaults(LIST, Vendor.stallAfter(0), Vendor.stallAfter(0), Vendor.stallAfter(0));

        failed("x86_64 iso", Failure.Kind.REMOTE, "/isos/SHA256SUMS");
    }

    @Test
    void aProxyThatAsksForAPasswordIsNamed() throws Exception {
        vendor.injectFaults(
                LIST,
                Vendor.status(407, "Proxy-Authenticate", "Basic realm=\"proxy\""),
                Vendor.status(407, "Proxy-Authenticate", "Basic realm=\"proxy\""));
        environment = Map.of("http_proxy", vendor.url("").toString());
        define(VENDORS, "http://vendor.invalid/isos");

        failed("x86_64 iso", Failure.Kind.REMOTE, "The proxy asks for a user and a password");
    }

    private void failed(String title, Failure.Kind kind, String... texts) throws IOException {
        var finding = finding(title);
        assertThat(finding.check().status()).isEqualTo(Status.FAILED);
        assertThat(finding.check().detail()).contains(texts).doesNotContain("\n");
        assertThat(finding.check().fix()).isNotBlank();
        assertThat(finding.cause()).isEqualTo(kind);
    }

    private String detail(String title) throws IOException {
        return finding(title).check().detail();
    }

    private Finding finding(String title) throws IOException {
        return check().stream()
                .filter(each -> each.check().title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    private List<Finding> check() throws IOException {
        var shelf = Shelf.in(Files.createTempDirectory(folder, "shelf"));
        // The test's server speaks HTTP; definitions are allowed HTTPS only.
        var schema = shelf.root().resolve("templates/definition.schema.json");
        Files.writeString(schema, Files.readString(schema).replace("^https://", "^https?://"));
        shelf.put("plain", definition);
        shelf.putFile("templates/plain/kickstart.ftl", "text\n");
        var client = TransferSettings.brief(environment).client();
        var settings = new TransferSettings(client, stall, 3, Retry.of(1, Duration.ZERO, Duration.ZERO));
        var clock = Clock.fixed(now, ZoneOffset.UTC);
        var packages =
                new PackageCheck(new PackerProjectFactory(shelf.installation()), processes, Host.ofThisProcess());
        return new OnlineCheck(new MediaInspection(settings, clock), packages, clock)
                .inspect(List.of(shelf.catalog().definition("plain-1")));
    }

    private void define(VendorKey key, String base) {
        var text = Shelf.WITH_ISO
                .replaceAll("(?s)bootstrap:.*?(?=packages: \\[cloud-init\\]\nguest)", "")
                .replace("base: https://vendor.example/isos", "base: " + base)
                .replaceAll("fallbacks: .*", "")
                .replaceAll("size: .*", SIZE)
                .replace(
                        "843938DF228D22F7B3742BC0D94AA3F0EFE21092",
                        key.fingerprint().hex())
                .replace("https://vendor.example/key", vendor.url(KEY).toString())
                .replaceAll(", expires: [0-9-]+", "");
        definition = text;
    }

    private void publish(VendorKey key) throws Exception {
        var list = Sha256.of(content).hex() + " *plain-1.7.iso\n";
        vendor.offer(LIST, list);
        vendor.offer(SIGNATURE, key.detached(list));
    }
}
