/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.disk.io.DiskReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GptTest {

    private static final int SECTOR = 512;
    private static final int SECTORS = 200;
    private static final int ENTRIES = 128;
    private static final int ENTRY_SECTORS = 32;

    private final ByteBuffer disk = ByteBuffer.allocate(SECTORS * SECTOR).order(ByteOrder.LITTLE_ENDIAN);

    GptTest() {
        disk.put(446 + 4, (byte) 0xEE).putInt(446 + 8, 1).putInt(446 + 12, SECTORS - 1);
        writeEntry(0, 100, 120);
        writeEntry(4, 40, 60);
        writeHeader(1, SECTORS - 1, 2);
        disk.put((SECTORS - 1 - ENTRY_SECTORS) * SECTOR, disk.array(), 2 * SECTOR, ENTRY_SECTORS * SECTOR);
        writeHeader(SECTORS - 1, 1, SECTORS - 1 - ENTRY_SECTORS);
    }

    private void writeEntry(int index, long first, long last) {
        var at = 2 * SECTOR + index * 128;
        disk.putLong(at, 0x1122334455667788L).putLong(at + 32, first).putLong(at + 40, last);
    }

    private void writeHeader(long own, long other, long entries) {
        var at = (int) own * SECTOR;
        disk.put(at, "EFI PART".getBytes(StandardCharsets.US_ASCII));
        disk.putInt(at + 8, 0x10000).putInt(at + 12, 92).putLong(at + 24, own).putLong(at + 32, other);
        disk.putLong(at + 40, 2 + ENTRY_SECTORS).putLong(at + 48, SECTORS - 2 - ENTRY_SECTORS);
        disk.putLong(at + 72, entries).putInt(at + 80, ENTRIES).putInt(at + 84, 128);
        disk.putInt(at + 88, crc(disk.array(), (int) entries * SECTOR, ENTRIES * 128));
        sign(at);
    }

    private void sign(int at) {
        disk.putInt(at + 16, 0);
        disk.putInt(at + 16, crc(disk.array(), at, 92));
    }

    private static int crc(byte[] bytes, int from, int length) {
        var crc = new CRC32();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private DiskReader reader() {
        return new MemoryDisk(disk.array());
    }

    @Test
    void listsPartitionsInTheOrderOfTheDisk() {
        assertThat(Gpt.of(reader()).orElseThrow().partitions())
                .containsExactly(new Gpt.Partition(5, 40, 60), new Gpt.Partition(1, 100, 120));
    }

    /** A field of the header and a value that makes it unusable although its checksum is right. */
    @ParameterizedTest
    @CsvSource({"12, 600", "12, 20", "80, 0", "80, 2000000", "84, 64", "84, -1", "72, 0", "72, 190", "72, -1"})
    void ignoresAHeaderThatCannotBe(int field, int value) {
        disk.putInt(SECTOR + field, value);
        if (field == 72) {
            disk.putLong(SECTOR + field, value);
        }
        sign(SECTOR);
        assertThat(Gpt.of(reader())).isEmpty();
    }

    @Test
    void ignoresADiskWithoutTableOrWithAWrongChecksum() {
        assertThat(Gpt.of(new MemoryDisk(new byte[SECTORS * SECTOR]))).isEmpty();
        assertThat(Gpt.of(new MemoryDisk(new byte[SECTOR]))).isEmpty();
        disk.put(SECTOR + 60, (byte) 1);
        assertThat(Gpt.of(reader())).isEmpty();
    }

    @Test
    void aGrownDiskHasItsBackupAtTheNewEndAndNoneAtTheOldOne() {
        var grown = Gpt.of(reader()).orElseThrow().grownTo(2L * SECTORS * SECTOR);

        var last = 2 * SECTORS - 1;
        assertThat(Gpt.of(grown).orElseThrow().partitions())
                .isEqualTo(Gpt.of(reader()).orElseThrow().partitions());
        var content = Contents.of(grown);
        var bytes = littleEndian(content);
        assertThat(bytes.getLong(SECTOR + 32)).as("primary's backup").isEqualTo(last);
        assertThat(bytes.getLong(SECTOR + 48)).as("last usable").isEqualTo(last - 1 - ENTRY_SECTORS);
        assertThat(bytes.getInt(446 + 12)).as("protective MBR").isEqualTo(last);
        var backup = last * SECTOR;
        assertThat(bytes.getLong(backup + 24)).as("own sector").isEqualTo(last);
        assertThat(bytes.getLong(backup + 72)).as("entries").isEqualTo(last - ENTRY_SECTORS);
        assertThat(bytes.getInt(backup + 88))
                .as("checksum of the copied entries")
                .isEqualTo(crc(content, (last - ENTRY_SECTORS) * SECTOR, ENTRIES * 128));
        var old = (SECTORS - 1 - ENTRY_SECTORS) * SECTOR;
        assertThat(Arrays.copyOfRange(content, old, SECTORS * SECTOR)).containsOnly(0);
    }

    /** Less than the table's length: the new backup overlaps the old one. */
    @Test
    void aDiskCanGrowByOneSector() {
        var grown = Gpt.of(reader()).orElseThrow().grownTo((SECTORS + 1L) * SECTOR);

        var content = Contents.of(grown);
        var bytes = littleEndian(content);
        assertThat(bytes.getLong(SECTORS * SECTOR + 24)).isEqualTo(SECTORS);
        assertThat(crc(content, (SECTORS - ENTRY_SECTORS) * SECTOR, ENTRIES * 128))
                .isEqualTo(bytes.getInt(SECTOR + 88));
        assertThat(Gpt.of(grown).orElseThrow().partitions()).hasSize(2);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
