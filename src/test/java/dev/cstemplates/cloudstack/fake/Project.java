/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.Set;

/**
 * A project.
 *
 * @param owner the account that owns its resources, as the server makes one for each project
 * @param members the accounts that may act in it
 */
public record Project(String id, String name, Account owner, Set<Account> members) {}
