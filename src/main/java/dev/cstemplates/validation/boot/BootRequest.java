/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.boot;

import dev.cstemplates.guest.HypervisorProfile;
import dev.cstemplates.validation.target.ValidationTarget;
import java.nio.file.Path;

/**
 * What to boot.
 *
 * @param target its disk is booted 3 GiB larger, to see the root file system grow; every boot writes to its own overlay
 * @param hypervisor the hardware that the guest sees
 * @param onlineChecks directory of the scripts that run inside the guest, {@code NN-name.sh}
 * @param workDir for overlays, logs and screenshots; created if missing
 */
public record BootRequest(ValidationTarget target, HypervisorProfile hypervisor, Path onlineChecks, Path workDir) {}
