package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {

    @Test
    void comparesDigitsAsNumbers() {
        var sorted = List.of(
                "almalinux-8",
                "almalinux-10",
                "debian-9",
                "debian-12",
                "debian-12-large",
                "ubuntu-22.04",
                "ubuntu-24.04");
        assertThat(sorted.reversed().stream().sorted(new NaturalOrder())).containsExactlyElementsOf(sorted);
    }

    @Test
    void differentTextsAreNeverEqual() {
        assertThat(new NaturalOrder().compare("a-01", "a-1")).isNotZero();
    }
}
