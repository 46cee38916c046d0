/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.ova.OvaCheck;
import dev.cstemplates.disk.ova.OvaImage;
import dev.cstemplates.disk.ova.OvaReader;
import dev.cstemplates.disk.ova.VmdkImage;
import dev.cstemplates.disk.ova.VmdkReader;
import dev.cstemplates.disk.qcow2.Qcow2Image;
import dev.cstemplates.disk.qcow2.Qcow2Reader;
import dev.cstemplates.disk.vhd.VhdCheck;
import dev.cstemplates.disk.vhd.VhdImage;
import dev.cstemplates.disk.vhd.VhdReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every reader on randomly corrupted files: for {@code -Dcst.fuzz.minutes=10} minutes in total, or else on a few fixed ones. Prints how
 * many files each reader read and refused; a failure names the seed that reproduces it.
 */
final class FuzzTest {

    private static final String MINUTES = "cst.fuzz.minutes";
    private static final int FEW = 300;

    @TempDir
    private Path folder;

    private record Target(Sample sample, Function<Path, DiskReader> open) {}

    @Test
    void readersSurviveCorruptedFiles() throws IOException {
        var file = Files.write(
                folder.resolve("below"), Qcow2Image.mixed(3, 9).sample().file());
        try (var below = Qcow2Reader.open(file)) {
            fuzz(below);
        }
    }

    private void fuzz(DiskReader below) {
        var vmdk = VmdkImage.mixed(4096).sample();
        var targets = new LinkedHashMap<String, Target>();
        targets.put("qcow2", new Target(Qcow2Image.mixed(3, 9).sample(), Qcow2Reader::open));
        targets.put(
                "qcow2 on another",
                new Target(
                        new Qcow2Image(3, 9, 20_480)
                                .backed()
                                .zero(3)
                                .plain(5, Sample.noise(512, 1))
                                .sample(),
                        overlay -> Qcow2Reader.open(overlay, below)));
        targets.put("qcow2 of 64 KiB", new Target(Qcow2Image.mixed(3, 16).sample(), Qcow2Reader::open));
        targets.put("vhd", new Target(VhdImage.mixed(4096).sample(), FuzzTest::checkedVhd));
        targets.put("vmdk", new Target(vmdk, VmdkReader::open));
        targets.put("ova", new Target(new OvaImage(vmdk).sample(), FuzzTest::checkedOva));
        var minutes = Integer.getInteger(MINUTES, 0);
        var each = Duration.ofMinutes(minutes).dividedBy(targets.size());
        for (var target : targets.entrySet()) {
            var seeds = minutes > 0 ? untilOver(each) : LongStream.range(0, FEW);
            fuzz(target.getKey(), target.getValue(), seeds);
        }
    }

    private static LongStream untilOver(Duration time) {
        var end = System.nanoTime() + time.toNanos();
        return new Random().longs().takeWhile(seed -> System.nanoTime() - end < 0);
    }

    private void fuzz(String name, Target target, LongStream seeds) {
        var hostile = new Hostile(target.sample(), folder.resolve("broken"), target.open());
        var outcomes = seeds.mapToObj(seed -> survives(hostile, seed, name))
                .collect(Collectors.partitioningBy(isRead -> isRead, Collectors.counting()));
        var read = outcomes.getOrDefault(true, 0L);
        var refused = outcomes.getOrDefault(false, 0L);
        System.out.printf("fuzz %-17s %,9d files: %,9d read, %,9d refused%n", name, read + refused, read, refused);
        assertThat(read).as(name + " files that were read").isPositive();
        assertThat(refused).as(name + " files that were refused").isPositive();
    }

    private static boolean survives(Hostile hostile, long seed, String name) {
        var random = new Random(seed);
        var mutations = new ArrayList<Mutation>();
        for (var count = 1 + random.nextInt(1 + random.nextInt(6)); count > 0; count--) {
            mutations.add(Mutation.random(random));
        }
        try {
            return hostile.survives(mutations, random.nextInt(4) != 0);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(name + ", seed " + seed + ", " + mutations, e);
        }
    }

    private static DiskReader checkedVhd(Path file) {
        var reader = VhdReader.open(file);
        new VhdCheck(Clock.systemUTC()).check(reader);
        return reader;
    }

    private static DiskReader checkedOva(Path file) {
        var reader = OvaReader.open(file);
        try {
            OvaCheck.check(reader);
            return reader;
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }
}
