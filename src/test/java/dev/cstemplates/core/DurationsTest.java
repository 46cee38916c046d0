package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({"90s,PT90S", "20m,PT20M", "12h,PT12H", "30d,P30D", "0s,PT0S", "999999d,P999999D"})
    void parsesANumberWithAUnit(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "h", "-5h", "1.5h", "5 h", "5w", "5H", "1000000d", "٣h"})
    void rejectsOtherText(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid duration '" + text + "': ");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.9S,0 s",
        "PT45S,45 s",
        "PT2M,2 min",
        "PT125S,2 min 5 s",
        "PT12H,12 h",
        "PT1H5M9S,1 h 5 min",
        "P3DT4H,3 d 4 h"
    })
    void formatsTheTwoLargestUnits(Duration duration, String text) {
        assertThat(Durations.format(duration)).isEqualTo(text);
    }
}
