/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.Map;

/** An answered call and the HTTP status of its response. */
public record RecordedCall(String method, String command, Map<String, String> parameters, int status) {}
