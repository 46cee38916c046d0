package dev.cstemplates.packer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackerVersionTest {

    private static final String FOLDER = "/root/.config/packer/plugins/github.com/hashicorp/qemu/packer-plugin-qemu_v";

    @Test
    void readsWhatPackersPrint() {
        assertThat(PackerVersion.parse(List.of("Packer v1.6.6"))).hasToString("1.6.6");
        assertThat(PackerVersion.parse(List.of("Packer v1.11.2-dev (0fc3ee9)"))).hasToString("1.11.2");
        assertThat(PackerVersion.parse(List.of("1795381282,,version,1.16.0", "1795381282,,version-prelease,")))
                .hasToString("1.16.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "cracklib packer: usage", "1.6", "Packer v99999999.1.1", "Packer v1.6.5", "Packer v0.12.3"})
    void refusesOtherProgramsAndOlderPackers(String line) {
        assertThatThrownBy(() -> PackerVersion.parse(List.of(line)))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.HOST));
    }

    @Test
    void knowsWhichPackersComeWithoutBuilders() {
        assertThat(PackerVersion.parse(List.of("1.6.6")).needsPlugins()).isFalse();
        assertThat(PackerVersion.parse(List.of("1.9.5")).needsPlugins()).isFalse();
        assertThat(PackerVersion.parse(List.of("1.10.0")).needsPlugins()).isTrue();
    }

    @Test
    void takesTheHighestPluginAsPackerDoes() {
        assertThat(QemuPlugin.usable(List.of(
                        FOLDER + "1.0.10_x5.0_linux_amd64",
                        FOLDER + "1.1.4_x5.0_linux_amd64",
                        "/x/github.com/hashicorp/null/packer-plugin-null_v9.9.9_x5.0_linux_amd64")))
                .hasToString("1.1.4");
    }

    @Test
    void refusesThePluginThatCutsDisksShort() {
        assertThatThrownBy(() -> QemuPlugin.usable(
                        List.of(FOLDER + "1.1.1_x5.0_linux_amd64", FOLDER + "1.1.2_x5.0_linux_amd64")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("1.1.2");
    }

    @Test
    void saysHowToInstallAMissingPlugin() {
        assertThatThrownBy(() -> QemuPlugin.usable(List.of()))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.remedy()).contains("packer plugins install"));
    }
}
