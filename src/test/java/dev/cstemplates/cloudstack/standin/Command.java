package dev.cstemplates.cloudstack.standin;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * One API command.
 *
 * @param envelope the single key of its answers
 * @param jobClass the class that its job is shown with; empty when it answers at once
 * @param begin checks what a plain answer refuses, and leaves the rest to the work that it returns
 */
record Command(String name, String envelope, String jobClass, List<Parameter> parameters, Begin begin) {

    /** What the server says of one parameter in {@code listApis}. */
    record Parameter(String name, String type, boolean required) {}

    /** What remains to do, in the job of an asynchronous command. */
    @FunctionalInterface
    interface Work {
        JsonNode run();
    }

    @FunctionalInterface
    interface Begin {
        Work of(Call call);
    }

    @FunctionalInterface
    interface Answer {
        JsonNode to(Call call);
    }

    /**
     * One that answers at once.
     *
     * @param parameters words {@code name:type}, with {@code !} after the required ones
     */
    static Command plain(String name, String parameters, Answer answer) {
        return new Command(name, envelope(name), "", parse(parameters), call -> {
            var answered = answer.to(call);
            return () -> answered;
        });
    }

    /** One that answers with a job. */
    static Command job(String name, String jobClass, String parameters, Begin begin) {
        return new Command(
                name, envelope(name), "org.apache.cloudstack.api.command." + jobClass, parse(parameters), begin);
    }

    Command answeringAs(String envelope) {
        return new Command(name, envelope, jobClass, parameters, begin);
    }

    boolean isAsync() {
        return !jobClass.isEmpty();
    }

    /** State-changing commands have to be posted where timestamps are enforced. */
    boolean mayBeGot() {
        return name.matches("^(get|list|query|find)\\w+");
    }

    private static String envelope(String name) {
        return name.toLowerCase(Locale.ROOT) + "response";
    }

    private static List<Parameter> parse(String words) {
        return Arrays.stream(words.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .map(Command::parameter)
                .toList();
    }

    private static Parameter parameter(String word) {
        var required = word.endsWith("!");
        var colon = word.indexOf(':');
        return new Parameter(
                word.substring(0, colon), word.substring(colon + 1, word.length() - (required ? 1 : 0)), required);
    }
}
