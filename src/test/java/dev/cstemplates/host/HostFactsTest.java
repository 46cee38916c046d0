package dev.cstemplates.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CpuLevel;
import dev.cstemplates.host.doctor.FakeHost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {

    @TempDir
    Path root;

    @Test
    void readsMemoryAndProcessor() {
        var host = FakeHost.debian(root)
                .file("/proc/meminfo", "MemTotal:       4194304 kB\nMemFree:  1 kB\nMemAvailable:   2097152 kB\n")
                .file("/proc/cpuinfo", """
                    processor\t: 0
                    model name\t: AMD EPYC 7B13
                    flags\t\t: fpu cx8 cmov mmx fxsr sse sse2 lm
                    """)
                .host();

        var facts = HostFacts.of(host);

        assertThat(facts.memory()).isEqualTo(ByteSize.ofGiB(4));
        assertThat(facts.memoryAvailable()).isEqualTo(ByteSize.ofGiB(2));
        assertThat(facts.cpuModel()).isEqualTo("AMD EPYC 7B13");
        assertThat(facts.cpuLevel()).contains(CpuLevel.V1);
        assertThat(facts.os().packageManager()).contains(PackageManager.APT);
    }

    @Test
    void unreadableFactsAreZero() {
        var facts = HostFacts.of(new FakeHost(root).host());

        assertThat(facts.memory()).isEqualTo(new ByteSize(0));
        assertThat(facts.cpuLevel()).isEmpty();
        assertThat(facts.os().packageManager()).isEmpty();
    }

    @Test
    void measuresTheDiskOfAMissingFolder() {
        assertThat(HostFacts.diskFree(root.resolve("not/made/yet"))).isEqualTo(HostFacts.diskFree(root));
    }

    @Test
    void derivativesUseTheirParentsPackageManager() {
        assertThat(managerOf("ID=linuxmint\nID_LIKE=\"ubuntu debian\"")).isEqualTo(PackageManager.APT);
        assertThat(managerOf("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"")).isEqualTo(PackageManager.DNF);
        assertThat(managerOf("ID='opensuse-leap'\nID_LIKE='suse opensuse'")).isEqualTo(PackageManager.ZYPPER);
    }

    private PackageManager managerOf(String osRelease) {
        return new FakeHost(root)
                .file("/etc/os-release", osRelease)
                .host()
                .os()
                .packageManager()
                .orElseThrow();
    }
}
