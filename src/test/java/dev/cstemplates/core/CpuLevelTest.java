package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuLevelTest {

    private static final String FIRST = "fpu cx8 cmov mmx fxsr sse sse2 lm";
    private static final String SECOND = FIRST + " pni ssse3 cx16 sse4_1 sse4_2 popcnt lahf_lm";
    private static final String THIRD = SECOND + " avx avx2 bmi1 bmi2 f16c fma abm movbe xsave";
    private static final String FOURTH = THIRD + " avx512f avx512bw avx512cd avx512dq avx512vl";

    @Test
    void isTheHighestLevelWithAllFlags() {
        assertThat(CpuLevel.of(flags(FIRST))).contains(CpuLevel.V1);
        assertThat(CpuLevel.of(flags(SECOND))).contains(CpuLevel.V2);
        assertThat(CpuLevel.of(flags(THIRD))).contains(CpuLevel.V3);
        assertThat(CpuLevel.of(flags(FOURTH))).contains(CpuLevel.V4);
    }

    @Test
    void doesNotSkipALevel() {
        var withoutPopcnt = FOURTH.replace(" popcnt", "");

        assertThat(CpuLevel.of(flags(withoutPopcnt))).contains(CpuLevel.V1);
    }

    @Test
    void isEmptyForOtherProcessors() {
        assertThat(CpuLevel.of(List.of("fp", "asimd", "evtstrm", "aes"))).isEmpty();
    }

    private static List<String> flags(String text) {
        return Arrays.asList(text.split(" "));
    }
}
