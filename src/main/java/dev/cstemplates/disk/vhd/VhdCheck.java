/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.vhd;

import dev.cstemplates.core.CheckResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that XenServer and XCP-ng accept a VHD as a template: the rules of {@code vhd-util check}, and the properties of a disk that
 * tapdisk wrote. The last rule is CloudStack's, whose secondary storage reads the start of the file only.
 */
public final class VhdCheck {

    private static final int TAP_1_3 = 0x00010003;
    private static final long BLOCK = 2L << 20;
    private static final long MAX_SIZE = 2040L << 30;
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    /** Difference between clocks that vhd-util tolerates. */
    private static final Duration SLACK = Duration.ofMinutes(30);

    private final Clock clock;

    public VhdCheck(Clock clock) {
        this.clock = clock;
    }

    public List<CheckResult> check(VhdReader disk) {
        var footer = disk.footer();
        var results = new ArrayList<CheckResult>();
        results.add(rule("type", "The disk is dynamic", footer.type() == VhdFooter.DYNAMIC, "type " + footer.type()));
        results.add(rule(
                "creator",
                "The creator is 'tap' 1.3",
                footer.creator().equals("tap\0") && footer.creatorVersion() == TAP_1_3 && footer.creatorOs() == 0,
                "'%s' %08x on %08x"
                        .formatted(footer.creator().replace("\0", ""), footer.creatorVersion(), footer.creatorOs())));
        results.add(rule(
                "size",
                "The size is a multiple of 2 MiB up to 2040 GiB",
                footer.currentSize() % BLOCK == 0
                        && footer.currentSize() <= MAX_SIZE
                        && footer.originalSize() == footer.currentSize(),
                "%d bytes, originally %d".formatted(footer.currentSize(), footer.originalSize())));
        results.add(rule(
                "geometry",
                "The geometry is not larger than the disk",
                Integer.compareUnsigned(footer.geometry(), VhdFooter.geometry(footer.currentSize())) <= 0,
                "%08x, at most %08x".formatted(footer.geometry(), VhdFooter.geometry(footer.currentSize()))));
        results.add(rule("uuid", "There is a UUID", footer.hasUuid(), "all zero"));
        var written = EPOCH.plusSeconds(footer.timestamp());
        results.add(rule(
                "timestamp",
                "The timestamp is not in the future",
                !written.isAfter(clock.instant().plus(SLACK)),
                written + ": XenServer rejects the disk until then"));
        results.add(
                rule("features", "The features are the default ones", footer.features() == 2, "" + footer.features()));
        results.add(rule(
                "reserved",
                "Reserved fields are zero, nothing is saved or hidden",
                footer.saved() == 0 && footer.isReservedZero(),
                "a byte after the UUID is not zero"));
        if (disk.tables() != null) {
            results.addAll(tables(footer, disk.tables()));
        }
        results.add(rule(
                "cloudstack-size",
                "CloudStack finds the size at the start of the file",
                disk.tables() != null,
                "there is no copy of the footer: CloudStack uses the file length of " + disk.fileLength() + " bytes"));
        return results;
    }

    private static List<CheckResult> tables(VhdFooter footer, VhdTables tables) {
        var blocks = (footer.currentSize() + BLOCK - 1) / BLOCK;
        return List.of(
                rule("blocks", "Blocks have 2 MiB", tables.blockSize() == BLOCK, tables.blockSize() + " bytes"),
                rule(
                        "bat",
                        "The BAT has one entry per block",
                        tables.maxBatSize() == blocks,
                        "%d entries, %d blocks".formatted(tables.maxBatSize(), blocks)),
                rule(
                        "layout",
                        "Header and BAT are where tapdisk puts them",
                        footer.dataOffset() == VhdFooter.LENGTH
                                && tables.tableOffset() == VhdFooter.LENGTH + VhdTables.HEADER_LENGTH,
                        "at %d and %d".formatted(footer.dataOffset(), tables.tableOffset())),
                rule("batmap", "There is a batmap", tables.hasBatmap(), "none"),
                rule(
                        "parent",
                        "The header names no parent",
                        tables.isReservedZero(),
                        "a byte after its checksum is not zero"));
    }

    private static CheckResult rule(String id, String title, boolean passed, String otherwise) {
        return CheckResult.of("format.vhd-" + id, title, passed, passed ? "" : otherwise);
    }
}
