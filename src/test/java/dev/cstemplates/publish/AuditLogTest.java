/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cloudstack.Call;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class AuditLogTest {

    @TempDir
    private Path folder;

    @Test
    void logsEachChangeBeforeAndAfterTheCallAndOnlyAppends() throws Exception {
        var file = folder.resolve("audit.jsonl");
        var clock = Clock.fixed(Instant.parse("2026-11-25T03:00:00Z"), ZoneOffset.UTC);
        var call = Call.of("updateTemplate").with("id", "t1").with("name", "Debian 12");

        for (var user : new String[] {"ann", "bob"}) {
            var log = new AuditLog(
                    file, clock, new AuditLog.AuditContext(user, "prod", "promote", "debian-12@20261122.1"));
            log.begins(call);
            log.ended(call, null);
        }

        var lines = Files.readAllLines(file);
        assertThat(lines).hasSize(4);
        var first = JsonMapper.shared().readTree(lines.getFirst());
        assertThat(first.path("at").stringValue()).isEqualTo("2026-11-25T03:00:00Z");
        assertThat(first.path("user").stringValue()).isEqualTo("ann");
        assertThat(first.path("profile").stringValue()).isEqualTo("prod");
        assertThat(first.path("subject").stringValue()).isEqualTo("debian-12@20261122.1");
        assertThat(first.path("change").stringValue()).isEqualTo("updateTemplate id=t1 name='Debian 12'");
        assertThat(first.path("outcome").stringValue()).isEqualTo("begun");
        assertThat(JsonMapper.shared().readTree(lines.get(3)).path("outcome").stringValue())
                .isEqualTo("accepted");
    }
}
