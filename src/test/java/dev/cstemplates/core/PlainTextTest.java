package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

    @Test
    void removesEscapeSequences() {
        assertThat(PlainText.withoutEscapes(
                        "\u001b[1;31mred\u001b[0m \u001b]0;title\u0007\u001b(B\u001b7\u001b[?25lend\r"))
                .isEqualTo("red end\r");
    }

    @Test
    void removesControlCharactersButLineBreaksAndTabs() {
        assertThat(PlainText.withoutControls("a\u0000b\r\n\tc\u001b[2Jd\u009b1me\u007f"))
                .isEqualTo("ab\n\tcd1me");
        assertThat(PlainText.withoutControls("lone \u001b")).isEqualTo("lone ");
    }

    @Test
    void shortensToTheGivenLength() {
        assertThat(PlainText.shortened("four", 4)).isEqualTo("four");
        assertThat(PlainText.shortened("fives", 4)).isEqualTo("fiv…");
        assertThat(PlainText.shortened("fives", 0)).isEqualTo("…");
    }

    @Test
    void neverSplitsASurrogatePair() {
        assertThat(PlainText.shortened("a\ud83d\ude00bcd", 3)).isEqualTo("a…");
    }
}
