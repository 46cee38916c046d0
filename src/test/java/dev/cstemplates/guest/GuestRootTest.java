/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GuestRootTest {

    @Test
    void rootOfABtrfsImageIsItsSubvolume() {
        var root = GuestRoot.in(List.of("btrfsvol:/dev/sda5/root")).orElseThrow();
        assertThat(root).isEqualTo(new GuestRoot(5, "root"));
        assertThat(root.mount("/dev/disk/guestfs/vmware"))
                .isEqualTo("mount-options subvol=root /dev/disk/guestfs/vmware5 /");
    }

    @Test
    void rootOfOtherFileSystemsIsThePartition() {
        var root = GuestRoot.in(List.of("/dev/sda3: xfs", "/dev/sda3")).orElseThrow();
        assertThat(root.mount("/dev/disk/guestfs/hyperv")).isEqualTo("mount /dev/disk/guestfs/hyperv3 /");
    }

    @Test
    void diskWithoutASystemHasNone() {
        assertThat(GuestRoot.in(List.of("/dev/sda1: ext4"))).isEmpty();
    }
}
