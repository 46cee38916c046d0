/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Templates and instances behave as recorded. */
class RecordedLifeTest extends FakeCloudStackTest {

    /** Lists whose fields must all occur in the recordings. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "listZones",
                "listZones-user",
                "listZones-empty",
                "listZones-pagesize-minus1",
                "listHypervisors",
                "listHypervisors-zone",
                "listOsTypes-page",
                "listOsTypes-description-rhel9",
                "listOsTypes-description-none",
                "listOsTypes-keyword-ubuntu-lower",
                "listServiceOfferings",
                "listCapabilities",
                "listCapabilities-user",
                "listUsers-me",
                "listAccounts-me",
                "listResourceLimits-user",
                "listApis-registerTemplate",
                "listVirtualMachines-empty",
                "listNetworks-one",
                "param-unknown-ignored"
            })
    void listsOnlyRecordedFields(String name) throws Exception {
        var recording = Recording.read(name);
        var who = recording.as().equals("admin") ? fake.admin() : fake.account(recording.as(), Role.USER);
        var request = new TreeMap<>(recording.request());

        var answer = client.call(who, request);

        var recorded = recording.response().properties().iterator().next();
        assertThat(answer.envelope()).isEqualTo(recorded.getKey());
        assertThat(Shape.of(recorded.getValue())).containsAllEntriesOf(Shape.of(answer.content()));
        assertThat(answer.content().isEmpty()).isEqualTo(recorded.getValue().isEmpty());
    }

    @Test
    void paginatesAsRecorded() throws Exception {
        var past = client.call(fake.admin(), "listOsTypes", "page", "1000", "pagesize", "2")
                .content();
        assertThat(past.toString()).isEqualTo("{\"count\":374}");
        var all = client.call(fake.admin(), "listOsTypes", "pagesize", "-1").content();
        assertThat(all.get("ostype").size()).isEqualTo(374);
    }

    @Test
    void aJobIsPendingBeforeItReportsItsResult() throws Exception {
        var template = ready("/tiny.qcow2");
        var begun = client.call(fake.admin(), tags("createTags", template, "build", "1"));
        assertShape(begun.content(), "createTags-template", "createtagsresponse");

        var id = begun.content().get("jobid").asString();
        assertJob(query(id), "createTags-template-job-pending");
        assertJob(query(id), "createTags-template-job-final");
        assertJob(job(tags("createTags", template, "build", "2")), "createTags-duplicate-job-final");
        assertJob(
                job(tags("createTags", "00000000-0000-4000-8000-000000000000", "a", "b")),
                "createTags-bad-resource-job-final");
        assertJob(job(tags("deleteTags", template, "build", "1")), "deleteTags-template-job-final");
    }

    @Test
    void findsByAnyOfTheTags() throws Exception {
        var one = ready("/tiny.qcow2");
        var other = ready("/tiny.qcow2");
        job(tags("createTags", one, "os", "debian"));
        job(tags("createTags", other, "build", "7"));

        var found = list("tags[0].key", "os", "tags[0].value", "debian", "tags[1].key", "build", "tags[1].value", "7");

        assertThat(found.get("template").findValuesAsString("id")).containsExactlyInAnyOrder(one, other);
    }

    @Test
    void aCopyJobSucceedsEvenIfTheCopyFails() throws Exception {
        var template = ready("/tiny.qcow2");
        assertJob(copy(template, fake.zone1()), "copyTemplate-same-zone-job-final");
        assertJob(copy(template, null), "copyTemplate-missing-dest-job-final");
        fake.faults().failCopiesInto(fake.zone2().id());

        assertThat(copy(template, fake.zone2()).get("jobstatus").asInt()).isOne();
        assertThat(states(template)).containsExactly("Download Complete", "HTTP Server returned 404 (expected 200 OK)");

        fake.faults().fixCopies();
        assertJob(copy(template, fake.zone2()), "copyTemplate-job-final");
        assertShape(list("id", template), "copyTemplate-after", "listtemplatesresponse");
        assertJob(
                job(Map.of(
                        "command",
                        "deleteTemplate",
                        "id",
                        template,
                        "zoneid",
                        fake.zone2().id())),
                "deleteTemplate-one-zone-job-final");
        assertShape(list("id", template), "deleteTemplate-one-zone-after", "listtemplatesresponse");
    }

    @Test
    void copiesOnlyReadyTemplates() throws Exception {
        fake.faults().nextDownloads(new DownloadFate.NeverBegins(""));
        assertJob(copy(register("/tiny.qcow2"), fake.zone2()), "copyTemplate-not-ready-job-final");
    }

    @Test
    void deletesNoTemplateThatIsInUseOrBeingDownloaded() throws Exception {
        var template = register("/tiny.qcow2");
        list("id", template);
        list("id", template);
        assertJob(delete(template), "deleteTemplate-while-downloading-job-final");
        list("id", template);
        fake.addInstance(fake.templates().getFirst(), fake.zone1());

        assertJob(delete(template), "deleteTemplate-in-use-job-final");
        assertJob(
                job(Map.of("command", "deleteTemplate", "id", template, "forced", "true")),
                "deleteTemplate-in-use-forced-job-final");
        assertThat(list("id", template).isEmpty()).isTrue();
    }

    @Test
    void updatesReturnFewFields() throws Exception {
        var template = ready("/tiny.qcow2");
        var thin = client.call(
                        fake.admin(),
                        "updateTemplate",
                        "id",
                        template,
                        "name",
                        "new",
                        "url",
                        "http://ignored/x.qcow2",
                        "details[0].nicAdapter",
                        "e1000")
                .content();

        assertShape(thin, "updateTemplate-details-replace", "updatetemplateresponse");
        assertThat(thin.get("template").get("isready").asBoolean()).isFalse();
        assertThat(list("id", template).get("template").get(0).get("isready").asBoolean())
                .isTrue();
    }

    @Test
    void hidesTheTemplatesOfAHypervisorWithoutHosts() throws Exception {
        var template = ready("/tiny.qcow2");
        fake.removeHosts("KVM");
        assertThat(list("id", template).isEmpty()).isTrue();
    }

    @Test
    void anInstanceIsDeployedResetAndExpunged() throws Exception {
        var template = ready("/tiny.qcow2");
        var begun = client.call(fake.admin(), deployment(template)).content();
        assertThat(begun.propertyNames()).contains("id", "jobid");
        var id = begun.get("id").asString();
        var deployed = finished(begun.get("jobid").asString());
        assertPartOf(deployed, "deployVirtualMachine-job-final");
        assertThat(deployed.at("/jobresult/virtualmachine/state").asString()).isEqualTo("Running");
        assertThat(deployed.at("/jobresult/virtualmachine/password").asString()).isNotEmpty();

        assertJob(
                job(Map.of("command", "resetPasswordForVirtualMachine", "id", id)),
                "resetPasswordForVirtualMachine-running-job-final");
        job(Map.of("command", "stopVirtualMachine", "id", id));
        var reset = job(Map.of("command", "resetPasswordForVirtualMachine", "id", id));
        assertThat(reset.at("/jobresult/virtualmachine/password"))
                .isNotEqualTo(deployed.at("/jobresult/virtualmachine/password"));
        assertPartOf(job(Map.of("command", "startVirtualMachine", "id", id)), "startVirtualMachine-job-final");
        assertJob(
                job(Map.of("command", "destroyVirtualMachine", "id", id, "expunge", "true")),
                "destroyVirtualMachine-expunge-job-final");
        assertThat(client.call(fake.admin(), "listVirtualMachines", "id", id)
                        .content()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aRejectedDeploymentLeavesAnInstanceThatUsesItsTemplate() throws Exception {
        fake.faults().nextDownloads(new DownloadFate.Fails("no"));
        var template = register("/tiny.qcow2");

        var refused = client.call(fake.admin(), deployment(template));

        assertThat(refused.status()).isEqualTo(530);
        assertThat(fake.instances()).extracting(Instance::state).containsExactly("Error");
        assertJob(delete(template), "deleteTemplate-again-job-final");
    }

    @Test
    void aUserMayNotExpunge() throws Exception {
        var user = fake.account("alice", Role.USER);
        var template = ready("/tiny.qcow2");
        client.call(fake.admin(), "updateTemplatePermissions", "id", template, "ispublic", "true");
        var id = client.call(user, deployment(template)).content().get("id").asString();

        var destroyed = client.job(user, Map.of("command", "destroyVirtualMachine", "id", id, "expunge", "true"));
        assertThat(destroyed.get("jobresultcode").asInt()).isEqualTo(530);
        client.job(user, Map.of("command", "destroyVirtualMachine", "id", id));
        assertJob(delete(template), "deleteTemplate-in-use-job-final");
    }

    private Map<String, String> deployment(String template) {
        return new TreeMap<>(Map.of(
                "command",
                "deployVirtualMachine",
                "templateid",
                template,
                "zoneid",
                fake.zone1().id(),
                "serviceofferingid",
                fake.offeringId(),
                "name",
                "vm"));
    }

    private String register(String path) throws Exception {
        return client.call(
                        fake.admin(),
                        Map.of(
                                "command",
                                "registerTemplate",
                                "name",
                                "t",
                                "format",
                                "QCOW2",
                                "hypervisor",
                                "KVM",
                                "passwordenabled",
                                "true",
                                "ostypeid",
                                fake.osTypeId("Ubuntu 24.04 LTS").orElseThrow(),
                                "zoneid",
                                fake.zone1().id(),
                                "url",
                                web.url(path)))
                .content()
                .at("/template/0/id")
                .asString();
    }

    private String ready(String path) throws Exception {
        var id = register(path);
        while (!list("id", id).at("/template/0/isready").asBoolean()) {
            list("id", id);
        }
        return id;
    }

    private JsonNode list(String... filters) throws Exception {
        var parameters = new ArrayList<>(List.of(filters));
        parameters.addAll(List.of("templatefilter", "all"));
        return client.call(fake.admin(), "listTemplates", parameters.toArray(String[]::new))
                .content();
    }

    private List<String> states(String id) throws Exception {
        return list("id", id).get("template").findValuesAsString("status");
    }

    private static Map<String, String> tags(String command, String id, String key, String value) {
        return Map.of(
                "command",
                command,
                "resourceids",
                id,
                "resourcetype",
                "Template",
                "tags[0].key",
                key,
                "tags[0].value",
                value);
    }

    private JsonNode copy(String id, @Nullable Zone target) throws Exception {
        var parameters = new TreeMap<>(Map.of(
                "command",
                "copyTemplate",
                "id",
                id,
                "sourcezoneid",
                fake.zone1().id()));
        if (target != null) {
            parameters.put("destzoneid", target.id());
        }
        return job(parameters);
    }

    private JsonNode delete(String id) throws Exception {
        return job(Map.of("command", "deleteTemplate", "id", id));
    }

    private JsonNode job(Map<String, String> parameters) throws Exception {
        return client.job(fake.admin(), parameters);
    }

    private JsonNode query(String job) throws Exception {
        return client.call(fake.admin(), "queryAsyncJobResult", "jobid", job).content();
    }

    private JsonNode finished(String job) throws Exception {
        query(job);
        return query(job);
    }

    private static void assertShape(JsonNode answer, String name, String envelope) {
        assertThat(Shape.of(answer))
                .isEqualTo(Shape.of(Recording.read(name).response().get(envelope)));
    }

    /** Compares with a recording that may have more fields, added by the simulated host. */
    private static void assertPartOf(JsonNode job, String name) {
        var recorded = Recording.read(name).response().get("queryasyncjobresultresponse");
        assertThat(Shape.of(recorded)).containsAllEntriesOf(Shape.of(job));
    }

    private static void assertJob(JsonNode job, String name) {
        var recorded = Recording.read(name).response().get("queryasyncjobresultresponse");
        assertThat(Shape.of(job)).isEqualTo(Shape.of(recorded));
        assertThat(job.get("jobresultcode")).isEqualTo(recorded.get("jobresultcode"));
        assertThat(withoutNames(job)).isEqualTo(withoutNames(recorded));
    }

    private static String withoutNames(JsonNode job) {
        return job.at("/jobresult/errortext")
                .asString("")
                .replaceAll("\\{.*?}", "{}")
                .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID");
    }
}
