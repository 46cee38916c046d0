package dev.cstemplates.cloudstack.standin;

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

/** Templates and instances live in the stand-in as they did in a real server. */
class RecordedLifeTest extends StandInTest {

    /** Nothing of what they show was made up. */
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
    void listsNothingThatTheServerDoesNot(String name) throws Exception {
        var recording = Recording.read(name);
        var who = recording.as().equals("admin") ? standIn.admin() : standIn.account(recording.as(), Role.USER);
        var request = new TreeMap<>(recording.request());

        var answer = caller.call(who, request);

        var recorded = recording.response().properties().iterator().next();
        assertThat(answer.envelope()).isEqualTo(recorded.getKey());
        assertThat(Shape.of(recorded.getValue())).containsAllEntriesOf(Shape.of(answer.content()));
        assertThat(answer.content().isEmpty()).isEqualTo(recorded.getValue().isEmpty());
    }

    @Test
    void countsAsTheServerDoes() throws Exception {
        var past = caller.call(standIn.admin(), "listOsTypes", "page", "1000", "pagesize", "2")
                .content();
        assertThat(past.toString()).isEqualTo("{\"count\":374}");
        var all = caller.call(standIn.admin(), "listOsTypes", "pagesize", "-1").content();
        assertThat(all.get("ostype").size()).isEqualTo(374);
    }

    @Test
    void aJobIsPendingAndThenSaysWhatCameOfIt() throws Exception {
        var template = ready("/tiny.qcow2");
        var begun = caller.call(standIn.admin(), tags("createTags", template, "build", "1"));
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
    void copiesAndSaysSuccessWhateverTheOtherZoneGot() throws Exception {
        var template = ready("/tiny.qcow2");
        assertJob(copy(template, standIn.zone1()), "copyTemplate-same-zone-job-final");
        assertJob(copy(template, null), "copyTemplate-missing-dest-job-final");
        standIn.faults().failCopiesInto(standIn.zone2().id());

        assertThat(copy(template, standIn.zone2()).get("jobstatus").asInt()).isOne();
        assertThat(states(template)).containsExactly("Download Complete", "HTTP Server returned 404 (expected 200 OK)");

        standIn.faults().mendCopies();
        assertJob(copy(template, standIn.zone2()), "copyTemplate-job-final");
        assertShape(list("id", template), "copyTemplate-after", "listtemplatesresponse");
        assertJob(
                job(Map.of(
                        "command",
                        "deleteTemplate",
                        "id",
                        template,
                        "zoneid",
                        standIn.zone2().id())),
                "deleteTemplate-one-zone-job-final");
        assertShape(list("id", template), "deleteTemplate-one-zone-after", "listtemplatesresponse");
    }

    @Test
    void copiesOnlyWhatIsReady() throws Exception {
        standIn.faults().nextDownloads(new DownloadFate.NeverBegins(""));
        assertJob(copy(register("/tiny.qcow2"), standIn.zone2()), "copyTemplate-not-ready-job-final");
    }

    @Test
    void deletesNothingThatIsInUseOrUnderWay() throws Exception {
        var template = register("/tiny.qcow2");
        list("id", template);
        list("id", template);
        assertJob(delete(template), "deleteTemplate-while-downloading-job-final");
        list("id", template);
        standIn.addInstance(standIn.templates().getFirst(), standIn.zone1());

        assertJob(delete(template), "deleteTemplate-in-use-job-final");
        assertJob(
                job(Map.of("command", "deleteTemplate", "id", template, "forced", "true")),
                "deleteTemplate-in-use-forced-job-final");
        assertThat(list("id", template).isEmpty()).isTrue();
    }

    @Test
    void updatesThinly() throws Exception {
        var template = ready("/tiny.qcow2");
        var thin = caller.call(
                        standIn.admin(),
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
        standIn.removeHosts("KVM");
        assertThat(list("id", template).isEmpty()).isTrue();
    }

    @Test
    void anInstanceLivesAndDies() throws Exception {
        var template = ready("/tiny.qcow2");
        var begun = caller.call(standIn.admin(), deployment(template)).content();
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
        assertThat(caller.call(standIn.admin(), "listVirtualMachines", "id", id)
                        .content()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aRefusedDeploymentLeavesAnInstanceThatHoldsItsTemplate() throws Exception {
        standIn.faults().nextDownloads(new DownloadFate.Fails("no"));
        var template = register("/tiny.qcow2");

        var refused = caller.call(standIn.admin(), deployment(template));

        assertThat(refused.status()).isEqualTo(530);
        assertThat(standIn.instances()).extracting(Instance::state).containsExactly("Error");
        assertJob(delete(template), "deleteTemplate-again-job-final");
    }

    @Test
    void aUserMayNotExpunge() throws Exception {
        var user = standIn.account("alice", Role.USER);
        var template = ready("/tiny.qcow2");
        caller.call(standIn.admin(), "updateTemplatePermissions", "id", template, "ispublic", "true");
        var id = caller.call(user, deployment(template)).content().get("id").asString();

        var destroyed = caller.job(user, Map.of("command", "destroyVirtualMachine", "id", id, "expunge", "true"));
        assertThat(destroyed.get("jobresultcode").asInt()).isEqualTo(530);
        caller.job(user, Map.of("command", "destroyVirtualMachine", "id", id));
        assertJob(delete(template), "deleteTemplate-in-use-job-final");
    }

    private Map<String, String> deployment(String template) {
        return new TreeMap<>(Map.of(
                "command",
                "deployVirtualMachine",
                "templateid",
                template,
                "zoneid",
                standIn.zone1().id(),
                "serviceofferingid",
                standIn.offeringId(),
                "name",
                "vm"));
    }

    private String register(String path) throws Exception {
        return caller.call(
                        standIn.admin(),
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
                                standIn.osTypeId("Ubuntu 24.04 LTS").orElseThrow(),
                                "zoneid",
                                standIn.zone1().id(),
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
        return caller.call(standIn.admin(), "listTemplates", parameters.toArray(String[]::new))
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
                standIn.zone1().id()));
        if (target != null) {
            parameters.put("destzoneid", target.id());
        }
        return job(parameters);
    }

    private JsonNode delete(String id) throws Exception {
        return job(Map.of("command", "deleteTemplate", "id", id));
    }

    private JsonNode job(Map<String, String> parameters) throws Exception {
        return caller.job(standIn.admin(), parameters);
    }

    private JsonNode query(String job) throws Exception {
        return caller.call(standIn.admin(), "queryAsyncJobResult", "jobid", job).content();
    }

    private JsonNode finished(String job) throws Exception {
        query(job);
        return query(job);
    }

    private static void assertShape(JsonNode answer, String name, String envelope) {
        assertThat(Shape.of(answer))
                .isEqualTo(Shape.of(Recording.read(name).response().get(envelope)));
    }

    /** As it was, but for what a simulated host added. */
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
