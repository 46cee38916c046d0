/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class QemuImgTest {

    @Test
    void parsesProgressOnly() {
        assertThat(QemuImg.progressOf("    (37.25/100%)")).hasValue(37.25);
        assertThat(QemuImg.progressOf("    (100.00/100%)")).hasValue(100);
        assertThat(QemuImg.progressOf("qemu-img: warning: (something)")).isEmpty();
        assertThat(QemuImg.progressOf("")).isEmpty();
    }
}
