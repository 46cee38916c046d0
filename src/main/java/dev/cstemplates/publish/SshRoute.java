/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.Instance;
import dev.cstemplates.ssh.SshAccess;
import java.net.InetSocketAddress;

/** How this host reaches an instance's SSH server. */
@FunctionalInterface
public interface SshRoute {

    InetSocketAddress address(Instance instance);

    /** At the instance's own address: it is in a shared or routed network. */
    SshRoute DIRECT = instance -> new InetSocketAddress(instance.address(), SshAccess.PORT);
}
