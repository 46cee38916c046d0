/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlainNameTest {

    @ParameterizedTest
    @CsvSource({
        "debian-12.1_x86+64, debian-12.1_x86+64",
        "disk (copy), disk_copy_",
        "-rf, rf",
        "..x, x",
        "\u00fcber, uber",
        "\u4e2d\u6587, disk",
        "'', disk",
        "a%b\"c, a_b_c"
    })
    void keepsWhatItCan(String name, String plain) {
        assertThat(PlainName.of(name)).isEqualTo(plain);
    }

    @Test
    void isPlainForAnyName() {
        var random = new Random(5);
        for (var round = 0; round < 5000; round++) {
            var name = random.ints(random.nextInt(300), 0, 0x11000)
                    .map(each -> each < 0x1000 ? each & 0x7f : each)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            var plain = PlainName.of(name);
            assertThat(plain).hasSizeLessThanOrEqualTo(95);
            assertThat(PlainName.isPlain(plain + ".vmdk")).as(name).isTrue();
            assertThat(PlainName.of(plain)).isEqualTo(plain);
        }
    }
}
