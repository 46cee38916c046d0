/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Paginates lists as the server does, including its errors. */
final class Page {

    private Page() {}

    /** The response to a list call: without a count if nothing was found, without an array past the last page. */
    static ObjectNode of(Call call, String key, List<? extends JsonNode> found, int most) {
        var page = call.integer("page");
        var size = call.integer("pagesize");
        if (page.isPresent() && size.isEmpty()) {
            throw ApiError.of(431, "\"pagesize\" parameter is required when \"page\" is specified");
        }
        if (size.isPresent() && size.get() == -1) {
            if (page.isPresent()) {
                throw ApiError.invalid("Can't specify page parameter when pagesize is -1 (Unlimited)");
            }
            return answer(key, found, found.size());
        }
        if (size.isPresent() && page.isEmpty()) {
            throw ApiError.of(431, "\"page\" parameter is required when \"pagesize\" is specified");
        }
        if (size.orElse(0) > most) {
            throw ApiError.invalid("Page size can't exceed max allowed page size value: " + most);
        }
        if (page.isEmpty()) {
            return answer(key, found.subList(0, Math.min(most, found.size())), found.size());
        }
        var from = Math.min(found.size(), (page.get() - 1) * size.orElseThrow());
        return answer(key, found.subList(from, Math.min(found.size(), from + size.orElseThrow())), found.size());
    }

    private static ObjectNode answer(String key, List<? extends JsonNode> shown, int count) {
        var answer = Json.object();
        if (count == 0) {
            return answer;
        }
        answer.put("count", count);
        if (!shown.isEmpty()) {
            answer.set(key, Json.array(shown));
        }
        return answer;
    }
}
