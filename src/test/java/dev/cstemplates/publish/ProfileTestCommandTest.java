/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.Console;
import dev.cstemplates.cloudstack.fake.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code cst profile test} with a fake CloudStack. */
class ProfileTestCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private RunRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new RunRig(folder);
        rig.addProfile("admin");
        rig.addProfile("reader", rig.fake().account("reader", Role.READ_ONLY));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void anAdministratorMayDoEverything() {
        var run = test("admin");

        assertThat(run.out())
                .contains("admin in ROOT", "4.22", "none", "Sandbox-simulator, Sandbox-2")
                .contains("The role allows every call that cst makes.");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void missingPermissionsAreListedByPurpose() {
        var run = test("reader");

        assertThat(run.out())
                .contains("reader in ROOT")
                .contains("not allowed: publish by upload (getUploadParamsForTemplate)")
                .containsPattern("not allowed: publish by URL \\(.*registerTemplate")
                .doesNotContain("The role allows every call");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void zonesAndOfferingsThatDoNotExistAreErrorsOfTheProfile() throws IOException {
        rig.addProfile("wrong", rig.fake().admin(), "[Atlantis]", "Huge Instance");
        rig.fake().settings().throttleMost = 25;
        rig.fake().settings().throttleWindow = Duration.ofSeconds(1);

        var run = console().run("profile", "test", "wrong", "--json");

        var report = JsonMapper.shared().readTree(run.out());
        assertThat(report.path("problems").valueStream().map(each -> each.asString()))
                .containsExactly("no zone 'Atlantis'", "no compute offering 'Huge Instance'");
        assertThat(report.path("missing")).isEmpty();
        assertThat(run.exitCode()).isEqualTo(1);
    }

    /** Only listCapabilities knows: listApis shows users the calls, and the server refuses them later. */
    @Test
    void whatTheServerRefusesAllTheSameIsANote() throws IOException {
        rig.addProfile("carol", rig.fake().account("carol", Role.USER));

        var run = test("carol");

        assertThat(run.out()).contains("note: the account may not expunge instances (allow.user.expunge.recover.vm)");
        assertThat(run.exitCode()).isZero();
    }

    private Console.Run test(String profile) {
        return console().run("profile", "test", profile);
    }

    private Console console() {
        return new Console(Path.of("").toAbsolutePath(), folder);
    }
}
