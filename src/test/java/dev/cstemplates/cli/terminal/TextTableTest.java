package dev.cstemplates.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void columnsAreAligned() {
        assertThat(new TextTable(80)
                        .lines(List.of("ID", "SIZE"), List.of(List.of("debian-12", "4"), List.of("x", "10"))))
                .containsExactly("ID         SIZE", "debian-12  4", "x          10");
    }

    @Test
    void theWidestColumnIsWrappedBetweenWords() {
        assertThat(new TextTable(24).lines(List.of(), List.of(List.of("names", "one two three four five"))))
                .containsExactly("names  one two three", "       four five");
    }

    @Test
    void columnsStayAlignedIfTheWidestIsOneLongWord() {
        assertThat(new TextTable(30)
                        .lines(
                                List.of("template", "zones", "age"),
                                List.of(List.of("debian-13@20261128.1", "zone-1, zone-2", "0 d"))))
                .containsExactly(
                        "template              zones    age",
                        "debian-13@20261128.1  zone-1,  0 d",
                        "                      zone-2");
    }

    @Test
    void aWordThatDoesNotFitIsNotCut() {
        assertThat(new TextTable(20).lines(List.of(), List.of(List.of("a", "https://mirror.example/debian"))))
                .containsExactly("a  https://mirror.example/debian");
    }

    @Test
    void aTableWithoutRowsHasOnlyItsHeader() {
        assertThat(new TextTable(80).lines(List.of("ID"), List.of())).containsExactly("ID");
        assertThat(new TextTable(80).lines(List.of(), List.of())).isEmpty();
    }
}
