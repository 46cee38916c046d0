package dev.cstemplates.core;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A level of the x86-64 psABI: the processor features that a distribution requires (Enterprise Linux 9: v2, 10: v3).
 *
 * <p>Flags are named as in {@code /proc/cpuinfo}, where SSE3 is {@code pni} and LZCNT is {@code abm}.
 */
public enum CpuLevel {
    V1("x86-64-v1", "lm cmov cx8 fpu fxsr mmx sse sse2"),
    V2("x86-64-v2", "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"),
    V3("x86-64-v3", "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"),
    V4("x86-64-v4", "avx512f avx512bw avx512cd avx512dq avx512vl");

    private final String id;
    private final String flags;

    /** {@code flags} are those that the level below does not have, separated by single spaces. */
    CpuLevel(String id, String flags) {
        this.id = id;
        this.flags = flags;
    }

    /** The highest level whose flags, and those of all lower levels, are present; empty if not even the lowest level is supported. */
    public static Optional<CpuLevel> of(Collection<String> flags) {
        return Arrays.stream(values())
                .takeWhile(level -> flags.containsAll(List.of(level.flags.split(" ", -1))))
                .max(Comparator.naturalOrder());
    }

    /** For example {@code x86-64-v3}. */
    public String id() {
        return id;
    }
}
