/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.packer.PackerEvent.Tone;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineReadableTest {

    @Test
    void readsUiMessages() {
        assertThat(MachineReadable.parse(
                        "1795381282,,ui,say,==> prepare: Starting VM%!(PACKER_COMMA) booting disk image"))
                .isEqualTo(new PackerEvent.Ui(Tone.SAY, "Starting VM, booting disk image"));
        assertThat(MachineReadable.parse("1795381282,,ui,message,    prepare: Reading package lists..."))
                .isEqualTo(new PackerEvent.Ui(Tone.MESSAGE, "Reading package lists..."));
        assertThat(MachineReadable.parse("1795381282,,ui,error,==> prepare: W: one\\n==> prepare: W: two"))
                .isEqualTo(new PackerEvent.Ui(Tone.ERROR, "W: one\nW: two"));
    }

    @Test
    void readsErrorsAndArtifacts() {
        assertThat(MachineReadable.parse("1795381282,prepare,error,Timeout waiting for SSH."))
                .isEqualTo(new PackerEvent.Failed("prepare", "Timeout waiting for SSH."));
        assertThat(MachineReadable.parse("1795381282,prepare,artifact,0,file,0,/out%!(PACKER_COMMA)put/disk.qcow2"))
                .isEqualTo(new PackerEvent.Artifact("prepare", 0, "file", List.of("0", "/out,put/disk.qcow2")));
        assertThat(MachineReadable.parse("1795381282,prepare,artifact,0,end"))
                .isEqualTo(new PackerEvent.Artifact("prepare", 0, "end", List.of()));
        assertThat(MachineReadable.parse("1795381282,,version,1.6.6"))
                .isEqualTo(new PackerEvent.Note("", "version", List.of("1.6.6")));
    }

    @Test
    void rendersProgressLinesLikeATerminal() {
        assertThat(MachineReadable.parse("1,,ui,message,    install: 10%\\r20%\\r\u001B[32m100%\u001B[0m"))
                .isEqualTo(new PackerEvent.Ui(Tone.MESSAGE, "100%"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                ",,,",
                "panic: runtime error: invalid memory address",
                "99999999999999999999999999,,ui,say,x",
                "-1,,ui,say,x",
                "1,,UI,say,x",
                "1,,ui",
                "1,,ui,say",
                "1,p,artifact",
                "1,p,artifact,99999999999999999999,id,VM",
                "1,p,artifact,-1,id",
                "1,p,error",
                "1,,ui,nonsense,x",
                "1,,ui,say,%!(PACKER_COMMA",
                "1,,ui,say,\u001B[",
                "1,,ui,say,\u0000\u0007\uD800",
                "1,,ui,say,\\",
                "1,,ui,say,\\n\\n\\r"
            })
    void neverFailsOnArbitraryOutput(String line) {
        assertThat(MachineReadable.parse(line)).isNotNull();
    }

    @Test
    void removesControlCharacters() {
        var random = new Random(1);
        for (var round = 0; round < 2_000; round++) {
            var noise = new StringBuilder(round % 2 == 0 ? "1,,ui,say," : "");
            random.ints(40, 0, 0x80).forEach(code -> noise.append((char) code));
            var text = switch (MachineReadable.parse(noise.toString().replace("\n", ""))) {
                case PackerEvent.Ui ui -> ui.text();
                case PackerEvent.Stray stray -> stray.text();
                case PackerEvent other -> "";
            };
            assertThat(text).doesNotMatch("(?s).*[\\p{Cntrl}&&[^\\n\\t]].*");
        }
    }
}
