/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The stand-in answers as the chosen version does: 4.23 by recordings, older ones by the documented changes of the API. */
class ServerVersionsTest extends FakeCloudStackTest {

    @ParameterizedTest
    @CsvSource({
        "4.18.0.0, registerTemplate, arch, false",
        "4.20.0.0, registerTemplate, arch, true",
        "4.18.2.0, registerTemplate, templatetype, false",
        "4.19.0.0, registerTemplate, templatetype, true",
        "4.21.0.0, getUploadParamsForTemplate, templatetype, false",
        "4.22.0.0, getUploadParamsForTemplate, templatetype, true",
        "4.20.3.0, listTemplates, isready, false",
        "4.21.0.0, listTemplates, isready, true",
        "4.19.3.0, updateTemplate, templatetag, false",
        "4.18.0.0, deleteTemplate, forced, true"
    })
    void listsTheParametersOfItsVersion(String version, String command, String parameter, boolean isKnown)
            throws Exception {
        fake.settings().version = version;
        var api = client.call(fake.admin(), "listApis", "name", command).content();
        assertThat(api.at("/api/0/params").findValuesAsString("name").contains(parameter))
                .isEqualTo(isKnown);
    }

    @ParameterizedTest
    @CsvSource({"4.18.2.0, true", "4.19.0.0, false", "4.23.0.0, false"})
    void deletionWithoutForcedIsForcedBefore419(String version, boolean isDeleted) throws Exception {
        var template = register(fake.admin());
        fake.settings().version = version;
        fake.addInstance(fake.templates().getFirst(), fake.zone1());

        client.job(fake.admin(), Map.of("command", "deleteTemplate", "id", template));

        assertThat(fake.templates().isEmpty()).isEqualTo(isDeleted);
    }

    @ParameterizedTest
    @CsvSource({
        "4.20.2.0, are using it",
        "4.20.3.0, VM instances using it",
        "4.22.0.0, are using it",
        "4.23.0.0, VM instances using it"
    })
    void saysThatATemplateIsInUseInTheWordsOfItsVersion(String version, String words) throws Exception {
        var template = register(fake.admin());
        fake.settings().version = version;
        fake.addInstance(fake.templates().getFirst(), fake.zone1());

        var job = client.job(fake.admin(), Map.of("command", "deleteTemplate", "id", template));

        assertThat(job.at("/jobresult/errortext").asString()).contains(words);
        if (version.startsWith("4.23")) {
            assertJob(job, "deleteTemplate-in-use-job-final");
        }
    }

    @Test
    void tagsAreNeverCreatedOrDeletedTwice() throws Exception {
        var template = register(fake.admin());
        client.job(fake.admin(), tags("createTags", template, "latest"));
        assertJob(
                client.job(fake.admin(), tags("createTags", template, "latest")),
                "createTags-same-value-again-job-final");
        assertJob(client.job(fake.admin(), tags("deleteTags", template, "nothere")), "deleteTags-absent-job-final");
        assertJob(
                client.job(fake.admin(), tags("deleteTags", template, "latest", "nothere")),
                "deleteTags-one-present-one-absent-job-final");
    }

    @Test
    void sharesOnlyWithinTheOwnersDomain() throws Exception {
        fake.settings().version = "4.23.0.0";
        var acme = fake.domain("acme");
        var bob = fake.account("bob", Role.DOMAIN_ADMIN, acme);
        var alice = fake.account("alice", Role.USER, acme);
        fake.account("eve", Role.USER, fake.domain("beta"));
        var project = fake.project("proj", acme, bob);
        var template = register(bob);

        assertRefused(bob, template, "share-account-other-domain", "op", "add", "accounts", "eve");
        assertRefused(bob, template, "share-empty-op-add", "op", "add");
        assertRefused(
                bob,
                template,
                "share-account-and-project",
                "op",
                "add",
                "accounts",
                "alice",
                "projectids",
                project.id());
        assertRefused(alice, template, "share-by-user-foreign", "op", "add", "accounts", "bob");
        permit(bob, template, "op", "add", "accounts", "alice");
        permit(bob, template, "op", "add", "projectids", project.id());
        permit(bob, template, "ispublic", "false");

        var shown = client.call(bob, "listTemplatePermissions", "id", template).content();
        assertThat(Shape.of(shown))
                .isEqualTo(Shape.of(Recording.read("4.23/listTemplatePermissions-after-ispublic-false")
                        .response()
                        .get("listtemplatepermissionsresponse")));
        permit(bob, template, "op", "reset");
        assertThat(fake.templates().getFirst().shares()).isEmpty();
    }

    @Test
    void aUserMayFeatureButNotPublishWhereUsersMayNot() throws Exception {
        var alice = fake.account("alice", Role.USER);
        fake.settings().publicUserTemplates = false;
        var template = register(alice);

        assertRefused(alice, template, "ispublic-true-user-not-allowed", "ispublic", "true");
        permit(alice, template, "isfeatured", "true");
        assertThat(fake.templates().getFirst().isFeatured()).isTrue();
    }

    @Test
    void aDomainAdminRegistersForItsUsersButChangesNoneOfTheirTemplates() throws Exception {
        fake.settings().version = "4.23.0.0";
        var acme = fake.domain("acme");
        var bob = fake.account("bob", Role.DOMAIN_ADMIN, acme);
        fake.account("alice", Role.USER, acme);
        var template = register(bob, "account", "alice", "domainid", acme.id());

        assertThat(fake.templates().getFirst().owner().name()).isEqualTo("alice");
        var refused = client.call(bob, "updateTemplate", "id", template, "displaytext", "by bob");
        assertThat(refused.error())
                .isEqualTo(recordedError("updateTemplate-by-domain-admin-of-user", "updatetemplateresponse"));
        var listed = client.call(
                        bob, "listTemplates", "templatefilter", "self", "account", "alice", "domainid", acme.id())
                .content();
        assertThat(listed.at("/template/0/id").asString()).isEqualTo(template);
    }

    private void permit(Account account, String template, String... pairs) throws Exception {
        assertThat(permissions(account, template, pairs).status()).isEqualTo(200);
    }

    private void assertRefused(Account account, String template, String recording, String... pairs) throws Exception {
        var recorded = recordedError(recording, "updatetemplatepermissionsresponse");
        assertThat(withoutIds(permissions(account, template, pairs).error())).isEqualTo(withoutIds(recorded));
    }

    private static String recordedError(String recording, String envelope) {
        return Recording.read("4.23/" + recording)
                .response()
                .get(envelope)
                .get("errortext")
                .asString();
    }

    private TestClient.ApiResponse permissions(Account account, String template, String... pairs) throws Exception {
        var parameters = new TreeMap<>(Map.of("command", "updateTemplatePermissions", "id", template));
        for (var i = 0; i < pairs.length; i += 2) {
            parameters.put(pairs[i], pairs[i + 1]);
        }
        return client.call(account, parameters);
    }

    private String register(Account account, String... more) throws Exception {
        var parameters = new TreeMap<>(Map.of(
                "command", "registerTemplate",
                "name", "t",
                "displaytext", "t",
                "format", "QCOW2",
                "hypervisor", "KVM",
                "ostypeid", fake.osTypeId("Ubuntu 24.04 LTS").orElseThrow(),
                "zoneid", fake.zone1().id(),
                "url", web.url("/tiny.qcow2")));
        for (var i = 0; i < more.length; i += 2) {
            parameters.put(more[i], more[i + 1]);
        }
        return client.call(account, parameters).content().at("/template/0/id").asString();
    }

    private static Map<String, String> tags(String command, String template, String... keys) {
        var parameters = new TreeMap<>(Map.of("command", command, "resourceids", template, "resourcetype", "Template"));
        for (var i = 0; i < keys.length; i++) {
            parameters.put("tags[" + i + "].key", keys[i]);
            if (command.equals("createTags")) {
                parameters.put("tags[" + i + "].value", "true");
            }
        }
        return parameters;
    }

    private static void assertJob(JsonNode job, String recording) {
        var recorded = Recording.read("4.23/" + recording).response().get("queryasyncjobresultresponse");
        assertThat(job.get("jobresultcode")).isEqualTo(recorded.get("jobresultcode"));
        assertThat(withoutIds(job.at("/jobresult/errortext").asString("")))
                .isEqualTo(withoutIds(recorded.at("/jobresult/errortext").asString("")));
    }

    private static String withoutIds(String text) {
        return text.replaceAll("\\{.*?}", "{}").replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID");
    }
}
