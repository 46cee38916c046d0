/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

/**
 * Work that the server does by itself.
 *
 * @param command that started it
 * @param object id of what it makes; empty for commands that make nothing
 */
public record Job(String id, String command, String object) {}
