/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import dev.cstemplates.cloudstack.fake.Job.Result;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Starts asynchronous jobs and reports their results. */
final class JobCommands {

    private final Cloud cloud;

    JobCommands(Cloud cloud) {
        this.cloud = cloud;
    }

    List<Command> all() {
        return List.of(Command.plain("queryAsyncJobResult", "jobid:uuid!", this::query));
    }

    /** Starts a job. Its work is done at once, unless it starts real machines; the result is reported later. */
    ObjectNode submit(Call call, Command.Work work) {
        var isAboutMachine = call.command().jobClass().contains(".vm.");
        var isAboutTemplate = call.command().jobClass().contains(".template.");
        var runsMachines = isAboutMachine && !cloud.machines.equals(Machines.NONE);
        var result = runsMachines
                ? CompletableFuture.supplyAsync(() -> finish(work), cloud.threads)
                : CompletableFuture.completedFuture(finish(work));
        var about = call.parameters().getOrDefault("id", "");
        var job = Job.of(
                call.account(),
                call.command().jobClass(),
                isAboutMachine ? "VirtualMachine" : isAboutTemplate ? "Template" : "",
                about,
                cloud.now(),
                result);
        cloud.jobs.put(job.id(), job);
        return Json.object().put("jobid", job.id());
    }

    private static Result finish(Command.Work work) {
        try {
            return new Result(Optional.of(work.run()), Optional.empty());
        } catch (ApiError e) {
            // Inside a job a missing permission is an ordinary error.
            return new Result(Optional.empty(), Optional.of(e.code() == 531 ? ApiError.internal(e.text()) : e));
        }
    }

    private JsonNode query(Call call) {
        var job =
                Optional.ofNullable(cloud.jobs.get(call.required("jobid"))).orElseThrow(() -> call.unknownId("jobid"));
        if (!job.owner().equals(call.account()) && !call.account().isAdmin()) {
            throw ApiError.notPermitted("%s is not authorized to see job id=%d"
                    .formatted(call.account().named(), cloud.number()));
        }
        var result = job.polls().next() <= cloud.settings.pendingPolls ? Optional.<Result>empty() : resultOf(job);
        return json(job, result);
    }

    private static Optional<Result> resultOf(Job job) {
        try {
            return Optional.of(job.result().get(50, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (Exception e) {
            throw new IllegalStateException("The fake's job failed", e);
        }
    }

    private static ObjectNode json(Job job, Optional<Result> result) {
        var json = Json.object()
                .put("accountid", job.owner().id())
                .put("account", job.owner().name())
                .put("domainid", job.owner().domain().id())
                .put("domainpath", job.owner().domain().path())
                .put("userid", job.owner().userId())
                .put("cmd", job.jobClass())
                .put("jobprocstatus", 0);
        result.ifPresentOrElse(finished -> putResult(json, finished), () -> json.put("jobresultcode", 0));
        if (!job.instanceType().isEmpty()) {
            json.put("jobinstancetype", job.instanceType()).put("jobinstanceid", job.instanceId());
        }
        if (result.isEmpty()) {
            json.put("managementserverid", "1ee6c8f3-4b04-42bc-8191-39a40d5737da")
                    .put("managementservername", "localhost");
        }
        json.put("created", Cloud.date(job.created()));
        result.ifPresent(finished -> json.put("completed", Cloud.date(job.created())));
        return json.put("jobid", job.id())
                .put(
                        "jobstatus",
                        result.map(finished -> finished.value().isPresent() ? 1 : 2)
                                .orElse(0));
    }

    private static void putResult(ObjectNode json, Result result) {
        json.put("jobresultcode", result.error().map(ApiError::code).orElse(0));
        json.put("jobresulttype", "object");
        json.set(
                "jobresult",
                result.error()
                        .<JsonNode>map(error ->
                                Json.object().put("errorcode", error.code()).put("errortext", error.text()))
                        .orElseGet(() -> result.value().orElseThrow()));
    }
}
