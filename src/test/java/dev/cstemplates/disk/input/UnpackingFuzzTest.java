/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.Sample;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Decompresses randomly corrupted files: for {@code -Dcst.fuzz.minutes=10} minutes in total, or else a few fixed ones. A failure names the
 * seed that reproduces it.
 */
final class UnpackingFuzzTest {

    private static final int FEW = 150;
    private static final int MOST = 1 << 20;

    /** {@code printf 'cst %.0s' {1..300} | zstd}, which Java has no encoder for. */
    private static final String ZSTD = "KLUv/QRYXQAAIGNzdCABAKn8OyKTbtWv";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void decompressorsSurviveCorruptedFiles(Compression compression) throws IOException {
        var packed = packed(compression);
        assertThat(isUnpacked(compression, packed)).isTrue();
        var refused = 0;
        for (var seeds = seeds().iterator(); seeds.hasNext(); ) {
            var seed = seeds.nextLong();
            try {
                refused += isUnpacked(compression, corrupted(packed, new Random(seed))) ? 0 : 1;
            } catch (RuntimeException | Error e) {
                throw new AssertionError(compression + ", seed " + seed, e);
            }
        }
        assertThat(refused).isPositive();
    }

    private static LongStream seeds() {
        var minutes = Integer.getInteger("cst.fuzz.minutes", 0);
        if (minutes == 0) {
            return LongStream.range(0, FEW);
        }
        var end = System.nanoTime()
                + Duration.ofMinutes(minutes)
                        .dividedBy(Compression.values().length)
                        .toNanos();
        return new Random().longs().takeWhile(seed -> System.nanoTime() - end < 0);
    }

    private boolean isUnpacked(Compression compression, byte[] packed) throws IOException {
        var target = folder.resolve("target");
        var limits = new InputLimits(new ByteSize(MOST), 1000);
        try {
            new Unpacking(Path.of("disk"), packed.length, limits, activity -> {})
                    .unpack(new ByteArrayInputStream(packed), compression, target);
            return true;
        } catch (Failure e) {
            assertThat(e.message()).contains("disk").doesNotContain("Exception");
            return false;
        } finally {
            if (Files.exists(target)) {
                assertThat(Files.size(target)).isLessThanOrEqualTo(MOST);
                Files.delete(target);
            }
            assertThat(folder).isEmptyDirectory();
        }
    }

    private static byte[] corrupted(byte[] packed, Random random) {
        var bytes = random.nextInt(4) == 0 ? Arrays.copyOf(packed, random.nextInt(packed.length)) : packed.clone();
        for (var count = random.nextInt(6); count > 0 && bytes.length > 0; count--) {
            var near = random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length;
            bytes[random.nextInt(near)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static byte[] packed(Compression compression) throws IOException {
        if (compression == Compression.ZSTD) {
            return Base64.getDecoder().decode(ZSTD);
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = compressor(compression, bytes)) {
            out.write(Sample.text(20_000));
            out.write(new byte[70_000]);
        }
        return bytes.toByteArray();
    }

    private static OutputStream compressor(Compression compression, OutputStream bytes) throws IOException {
        return switch (compression) {
            case GZIP -> new GZIPOutputStream(bytes);
            case BZIP2 -> new BZip2CompressorOutputStream(bytes, 1);
            case XZ -> new XZOutputStream(bytes, new LZMA2Options(0));
            case ZIP -> {
                var zip = new ZipOutputStream(bytes);
                zip.putNextEntry(new ZipEntry("disk.raw"));
                yield zip;
            }
            case ZSTD -> throw new IllegalArgumentException("Java has no encoder");
        };
    }
}
