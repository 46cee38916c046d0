/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgpainless.algorithm.HashAlgorithm;

/** Which checksum files are trusted, as decided in specs/decisions/0007. */
class SignedMediaTest {

    private static final String ISO = "/pub/installer-1.2-netinst.iso";
    private static final String NEWER = "/pub/installer-1.10-netinst.iso";
    private static final String LIST = "/pub/SHA256SUMS";
    private static final String SIGNATURE = "/pub/SHA256SUMS.sign";
    private static final String KEY = "/keys/vendor.asc";
    private static final Pattern NAMES = Pattern.compile("installer-(?<version>\\d+\\.\\d+)-netinst\\.iso");

    /** Creating an RSA key takes a second, so all tests share one. */
    private static final VendorKey VENDORS = VendorKey.make();

    private final byte[] content = Workbench.content(1, 1 << 16);
    private final byte[] newer = Workbench.content(2, 1 << 16);
    private final String list = gnu(content, "installer-1.2-netinst.iso");
    private final String newerList = list + gnu(newer, "installer-1.10-netinst.iso");

    @TempDir
    private Path folder;

    private Vendor vendor;
    private Workbench bench;

    @BeforeEach
    void start() throws Exception {
        vendor = new Vendor();
        bench = new Workbench(
                folder, Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(60));
        vendor.offer(KEY, VENDORS.armoredKey());
        vendor.offer(ISO, content);
        vendor.offer(NEWER, newer);
        publish(list, VENDORS);
    }

    @AfterEach
    void stop() {
        vendor.close();
    }

    @Test
    void theNewestInTheSignedListIsFetched() throws Exception {
        publish(newerList + gnu(content, "installer-2.0-DVD.iso"), VENDORS);

        var medium = bench.fetch(detached());

        assertThat(medium.fileName()).isEqualTo("installer-1.10-netinst.iso");
        assertThat(medium.version()).isEqualTo("1.10");
        assertThat(medium.path()).hasBinaryContent(newer);
        assertThat(medium.evidence().basis()).isEqualTo(Provenance.Basis.SIGNATURE);
        assertThat(medium.evidence().fingerprint()).isEqualTo(VENDORS.fingerprint());
        assertThat(medium.evidence().text())
                .contains(vendor.url(LIST).toString(), VENDORS.fingerprint().hex());
    }

    @Test
    void onlyTheSignedPartOfAClearSignedListIsRead() throws Exception {
        var signed = VENDORS.clearSigned(bsd(content, "installer-1.2-netinst.iso"));
        vendor.offer("/pub/CHECKSUM", signed + bsd(newer, "installer-1.10-netinst.iso"));

        var medium = bench.fetch(clearSigned());

        assertThat(medium.fileName()).isEqualTo("installer-1.2-netinst.iso");
        assertThat(medium.evidence().fingerprint()).isEqualTo(VENDORS.fingerprint());
    }

    /** As for Fedora: the list is named after a compose that is not known in advance. */
    @Test
    void theListsNameIsFoundInTheFoldersListing() throws Exception {
        vendor.offer("/pub/installer-44-1.10-CHECKSUM", VENDORS.clearSigned(bsd(content, "installer-1.2-netinst.iso")));
        vendor.offer("/pub/", """
            <a href="../">up</a> <a href="installer-44-1.9-CHECKSUM">old</a>
            <A HREF="./installer-44-1.10-CHECKSUM">new</A> <a href="/elsewhere/installer-44-9.9-CHECKSUM">no</a>
            <a href="installer-44-9.9-CHECKSUM.old">no</a>
            """);

        assertThat(bench.fetch(listedByFolder()).fileName()).isEqualTo("installer-1.2-netinst.iso");
    }

    @Test
    void aFolderWithoutAMatchingListIsReported() throws Exception {
        vendor.offer("/pub/", "<a href=\"index.html\">nothing</a>");

        assertThat(bench.failureOf(listedByFolder()).message())
                .contains("lists no file that matches installer-44-[0-9.]+-CHECKSUM");
        bench.assertNothingIsKept();
    }

    private MediaSource listedByFolder() {
        var checksums = new Checksums(
                "installer-44-[0-9.]+-CHECKSUM",
                true,
                new Checksums.Format.Bsd(),
                Digest.Algorithm.SHA256,
                new Signature.ClearSigned(keys(VENDORS)));
        return source(NEWEST, List.of(vendor.mirror("/pub")), checksums);
    }

    @Test
    void textBeforeTheSignedPartIsIgnored() throws Exception {
        var signed = VENDORS.clearSigned(bsd(content, "installer-1.2-netinst.iso"));
        vendor.offer("/pub/CHECKSUM", bsd(newer, "installer-1.10-netinst.iso") + "\n" + signed);

        assertThat(outcome(clearSigned())).isIn("installer-1.2-netinst.iso", "refused");
    }

    @Test
    void aTamperedClearSignedListIsRefused() throws Exception {
        var signed = VENDORS.clearSigned(bsd(content, "installer-1.2-netinst.iso"));
        vendor.offer("/pub/CHECKSUM", signed.replace("-1.2-", "-1.9-"));

        assertRefused(clearSigned(), "CHECKSUM: its content does not match the signature");
    }

    @Test
    void aListThatIsNotClearSignedIsRefused() throws Exception {
        vendor.offer("/pub/CHECKSUM", bsd(content, "installer-1.2-netinst.iso"));

        assertRefused(clearSigned(), "Cannot verify the signature of", "CHECKSUM");
    }

    @Test
    void aTamperedListIsRefused() throws Exception {
        vendor.offer(
                LIST,
                list.replace(
                        Workbench.sha256(content).hex(), Workbench.sha256(newer).hex()));

        assertRefused(detached(), "SHA256SUMS: its content does not match the signature");
    }

    @Test
    void anotherSignerIsRefused() throws Exception {
        var stranger = VendorKey.withSubkey();
        publish(list, stranger);

        assertRefused(detached(), "it is signed by key ", "which is not one of the pinned keys");
    }

    @Test
    void aKeyWithAnotherFingerprintIsNotAcceptedFromAnySource() throws Exception {
        var stranger = VendorKey.withSubkey();
        vendor.offer(KEY, stranger.armoredKey());
        publish(list, stranger);

        assertRefused(detached(), "Cannot find the signing key " + VENDORS.fingerprint(), "contains other keys only");
    }

    @Test
    void aKeyringOfThisHostIsUsedIfTheUrlHasNoKey() throws Exception {
        vendor.withdraw(KEY);
        var keyring = Files.writeString(folder.resolve("vendor.asc"), VENDORS.armoredKey());
        var fingerprint = VENDORS.fingerprint();
        var keys = List.of(
                new SigningKey("missing", fingerprint, null, folder.resolve("missing.gpg"), null),
                new SigningKey("web", fingerprint, vendor.url(KEY), null, null),
                new SigningKey("keyring", fingerprint, null, keyring, null));

        var medium = bench.fetch(listed(new Signature.Detached("{file}.sign", keys)));

        assertThat(medium.path()).hasBinaryContent(content);
    }

    @Test
    void anExpiredKeyIsRefusedEvenIfItWasValidWhenSigning() throws Exception {
        var expiring = VendorKey.expiringAt(bench.now.plus(Duration.ofDays(1)));
        vendor.offer(KEY, expiring.armoredKey());
        publish(list, expiring);
        var source = listed(new Signature.Detached("{file}.sign", keys(expiring)));
        var later = bench.libraryAt(bench.now.plus(Duration.ofDays(2)));

        assertThatThrownBy(() -> later.fetch(source, bench))
                .hasMessageContaining("key " + expiring.fingerprint() + " expired on ");
        bench.assertNothingIsKept();
        assertThat(bench.fetch(source).path()).hasBinaryContent(content);
    }

    @Test
    void aRevokedKeyIsRefused() throws Exception {
        vendor.offer(KEY, VENDORS.revoked().armoredKey());

        assertRefused(detached(), "key " + VENDORS.fingerprint() + " has been revoked");
    }

    @Test
    void aSubkeyOfThePinnedKeyMaySign() throws Exception {
        var vendors = VendorKey.withSubkey();
        vendor.offer(KEY, vendors.armoredKey());
        publish(list, vendors);

        var medium = bench.fetch(listed(new Signature.Detached("{file}.sign", keys(vendors))));

        assertThat(medium.evidence().fingerprint()).isEqualTo(vendors.fingerprint());
    }

    @Test
    void aRevokedSubkeyIsRefused() throws Exception {
        var vendors = VendorKey.withSubkey();
        publish(list, vendors);
        vendor.offer(KEY, vendors.withSubkeyRevoked().armoredKey());

        assertRefused(
                listed(new Signature.Detached("{file}.sign", keys(vendors))), "may not sign: it is expired, revoked");
    }

    @ParameterizedTest
    @EnumSource(
            value = HashAlgorithm.class,
            names = {"MD5", "SHA1", "RIPEMD160"})
    void aSignatureWithAWeakDigestIsRefused(HashAlgorithm weak) throws Exception {
        vendor.offer(SIGNATURE, VENDORS.detached(list, weak, bench.now.minusSeconds(60)));

        assertRefused(detached(), "uses a digest that can be forged (" + weak + ")");
    }

    @Test
    void aSignatureFromTheFutureIsRefused() throws Exception {
        vendor.offer(SIGNATURE, VENDORS.detached(list, HashAlgorithm.SHA512, bench.now.plus(Duration.ofDays(2))));

        assertRefused(detached(), "which is in the future according to this host's clock");
    }

    /** An extended key is published only with its newest self-signature, which is newer than the signed list. */
    @Test
    void signaturesFromBeforeAKeysExtensionStayValid() throws Exception {
        vendor.offer(SIGNATURE, VENDORS.detached(list, HashAlgorithm.SHA512, Instant.parse("2026-02-01T00:00:00Z")));

        assertThat(bench.fetch(detached()).evidence().signedAt()).isEqualTo(Instant.parse("2026-02-01T00:00:00Z"));
    }

    @Test
    void aMissingSignatureFailsTheFetch() throws Exception {
        vendor.withdraw(SIGNATURE);

        assertThat(bench.failureOf(detached())).hasMessage(vendor.url(SIGNATURE) + " does not exist (HTTP 404)");
        bench.assertNothingIsKept();
    }

    @Test
    void anInvalidSignatureFileIsRefused() throws Exception {
        vendor.offer(SIGNATURE, "Welcome");

        assertRefused(detached(), "SHA256SUMS");
    }

    @Test
    void aLoginPageInsteadOfAFileIsRecognised() throws Exception {
        vendor.offer(SIGNATURE, "\n<!DOCTYPE html><html>Welcome to the hotel</html>");

        var failure = bench.failureOf(detached());

        assertThat(failure).hasMessage(vendor.url(SIGNATURE) + " returned a web page instead of the file");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.REMOTE);
        bench.assertNothingIsKept();
    }

    /** Whichever bits change: the list is refused with a message, or its content is unchanged. */
    @Test
    void damagedListsAreRefusedOrUnchangedInMeaning() throws Exception {
        var random = new Random(7);
        var keys = new OpenPgpKeys(new Downloads(bench.settings())).find(keys(VENDORS), bench);
        var openPgp = new OpenPgp(Clock.fixed(bench.now, ZoneOffset.UTC));
        var signed = VENDORS.clearSigned(list).getBytes(StandardCharsets.UTF_8);
        for (var round = 0; round < 300; round++) {
            var damaged = signed.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(openPgp.clearSigned("LIST", damaged, keys).text()).isEqualToIgnoringWhitespace(list);
            } catch (Failure failure) {
                assertThat(failure).hasMessageStartingWith("Cannot verify the signature of LIST: ");
            }
        }
    }

    @Test
    void aReplayedListIsRefused() throws Exception {
        publish(newerList, VENDORS);
        bench.fetch(detached());
        publish(list, VENDORS);

        var failure = bench.failureOf(detached());

        assertThat(failure)
                .hasMessageContaining(vendor.url(LIST) + " offers installer-1.2-netinst.iso")
                .hasMessageContaining("the vendor already had installer-1.10-netinst.iso");
        assertThat(failure.remedy()).contains("delete " + bench.home.media().resolve("seen/installer.json"));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(bench.kept()).containsExactly("installer-1.10-netinst.iso");
    }

    @Test
    void aReplayedListOfTheSameVersionIsRefusedByItsDate() throws Exception {
        vendor.offer(SIGNATURE, VENDORS.detached(list, HashAlgorithm.SHA256, bench.now.minusSeconds(60)));
        bench.fetch(detached());
        var former = gnu(newer, "installer-1.2-netinst.iso");
        vendor.offer(LIST, former);
        vendor.offer(SIGNATURE, VENDORS.detached(former, HashAlgorithm.SHA256, bench.now.minusSeconds(3600)));

        assertThat(bench.failureOf(detached())).hasMessageContaining("offers installer-1.2-netinst.iso (signed on ");
    }

    @Test
    void aPinnedMediumMayBeOlder() throws Exception {
        publish(newerList, VENDORS);
        bench.fetch(detached());
        var pin = new Selection.Pinned("installer-1.2-netinst.iso", "1.2", Workbench.sha256(content));
        var source = new MediaSource(
                "installer", pin, List.of(vendor.mirror("/pub")), Optional.empty(), Workbench.SIZE, Optional.empty());

        assertThat(bench.fetch(source).version()).isEqualTo("1.2");
    }

    @Test
    void anOutdatedMirrorIsSkipped() throws Exception {
        publish(newerList, VENDORS);
        bench.fetch(detached());
        vendor.offer("/slow/SHA256SUMS", list);
        vendor.offer("/slow/SHA256SUMS.sign", VENDORS.detached(list));
        var source = source(
                NEWEST,
                List.of(vendor.mirror("/slow"), vendor.mirror("/pub")),
                gnuList(new Signature.Detached("{file}.sign", keys(VENDORS))));

        assertThat(bench.fetch(source).version()).isEqualTo("1.10");
        assertThat(bench.notices).first().asString().contains("trying the next mirror");
    }

    @Test
    void aMirrorWithoutTheReleaseIsSkippedForTheArchive() throws Exception {
        vendor.offer("/archive/SHA256SUMS", list);
        vendor.offer("/archive/SHA256SUMS.sign", VENDORS.detached(list));
        vendor.offer("/archive/installer-1.2-netinst.iso", content);
        vendor.withdraw(ISO);
        publish(gnu(newer, "installer-2.0-DVD.iso"), VENDORS);
        var source = source(
                NEWEST,
                List.of(vendor.mirror("/pub"), vendor.mirror("/archive")),
                gnuList(new Signature.Detached("{file}.sign", keys(VENDORS))));

        assertThat(bench.fetch(source).path()).hasBinaryContent(content);
        assertThat(bench.notices).first().asString().contains("contains no digest for a name that matches");
    }

    @Test
    void aTooLargeListIsNotRead() throws Exception {
        vendor.injectFaults(LIST, Vendor.withoutLength(new byte[(2 << 20) + 1]));

        var failure = bench.failureOf(detached());

        assertThat(failure).hasMessageStartingWith(vendor.url(LIST) + " is larger than 2 MiB");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        bench.assertNothingIsKept();
    }

    @Test
    void anUnreachableVendorDoesNotPreventBuildsFromTheCache() throws Exception {
        bench.fetch(detached());
        vendor.close();

        var medium = bench.fetch(detached());

        assertThat(medium.path()).hasBinaryContent(content);
        assertThat(medium.evidence().fingerprint()).isEqualTo(VENDORS.fingerprint());
        assertThat(bench.notices).last().asString().contains("the newest medium when the vendor was last reachable");
        var later = bench.libraryAt(bench.now.plus(Duration.ofDays(31)));
        assertThatThrownBy(() -> later.fetch(detached(), bench)).hasMessageContaining("Cannot connect to");
    }

    @Test
    void aForgedListIsNeverIgnoredInFavourOfTheCache() throws Exception {
        bench.fetch(detached());
        vendor.offer(LIST, newerList);

        assertThat(bench.failureOf(detached())).hasMessageContaining("Cannot verify the signature of");
    }

    @Test
    void anUnsignedListOverHttpIsRefused() throws Exception {
        var failure = bench.failureOf(listed(new Signature.None("The vendor signs nothing.")));

        assertThat(failure)
                .hasMessage(
                        "Cannot trust %s: it is neither signed nor transferred over HTTPS (The vendor signs nothing.)"
                                .formatted(vendor.url(LIST)));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE);
        assertThat(vendor.requests()).isEmpty();
    }

    @Test
    void aSingleChecksumUnderAnAliasMustMatchThePattern() throws Exception {
        vendor.offer("/pub/installer-NET.iso", content);
        var one = gnu(content, "installer-NET-Build7.3.iso");
        vendor.offer("/pub/installer-NET.iso.sha256", one);
        vendor.offer("/pub/installer-NET.iso.sha256.asc", VENDORS.detached(one));
        var signature = new Signature.Detached("{file}.asc", keys(VENDORS));

        var medium = bench.fetch(single("installer-NET-Build[0-9.]+\\.iso", signature));

        assertThat(medium.path()).hasBinaryContent(content).hasFileName("installer-NET.iso");
        assertThat(medium.version()).isEqualTo("15.6");
        assertRefusedBut(
                single("installer-NET-Build8[0-9.]+\\.iso", signature),
                "contains the digest of 'installer-NET-Build7.3.iso', which does not match");
    }

    private static final Selection NEWEST = new Selection.Newest(NAMES);

    private MediaSource single(String inside, Signature signature) {
        var checksums = new Checksums(
                "{file}.sha256",
                new Checksums.Format.Single(Pattern.compile(inside)),
                Digest.Algorithm.SHA256,
                signature);
        return source(new Selection.Named("installer-NET.iso", "15.6"), List.of(vendor.mirror("/pub")), checksums);
    }

    private MediaSource detached() {
        return listed(new Signature.Detached("{file}.sign", keys(VENDORS)));
    }

    private MediaSource clearSigned() {
        var checksums = new Checksums(
                "CHECKSUM",
                new Checksums.Format.Bsd(),
                Digest.Algorithm.SHA256,
                new Signature.ClearSigned(keys(VENDORS)));
        return source(NEWEST, List.of(vendor.mirror("/pub")), checksums);
    }

    private MediaSource listed(Signature signature) {
        return source(NEWEST, List.of(vendor.mirror("/pub")), gnuList(signature));
    }

    private static Checksums gnuList(Signature signature) {
        return new Checksums("SHA256SUMS", new Checksums.Format.Gnu(), Digest.Algorithm.SHA256, signature);
    }

    private static MediaSource source(Selection selection, List<Mirror> mirrors, Checksums checksums) {
        return new MediaSource(
                "installer", selection, mirrors, Optional.of(checksums), Workbench.SIZE, Optional.empty());
    }

    private List<SigningKey> keys(VendorKey key) {
        return List.of(new SigningKey("vendor", key.fingerprint(), vendor.url(KEY), null, null));
    }

    private void publish(String text, VendorKey key) throws Exception {
        vendor.offer(LIST, text);
        vendor.offer(SIGNATURE, key.detached(text));
    }

    private String outcome(MediaSource source) {
        try {
            return bench.fetch(source).fileName();
        } catch (Failure failure) {
            return "refused";
        }
    }

    private void assertRefused(MediaSource source, String... parts) throws IOException {
        assertRefusedBut(source, parts);
        bench.assertNothingIsKept();
    }

    private void assertRefusedBut(MediaSource source, String... parts) {
        var failure = bench.failureOf(source);
        assertThat(failure.message()).contains(parts);
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(failure.isTransient()).isFalse();
        assertThat(failure.remedy()).isNotBlank();
    }

    private static String gnu(byte[] content, String name) {
        return Workbench.sha256(content).hex() + " *" + name + "\n";
    }

    private static String bsd(byte[] content, String name) {
        return "# %s: %d bytes\nSHA256 (%s) = %s\n"
                .formatted(name, content.length, name, Workbench.sha256(content).hex());
    }
}
