/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Commands for key pairs and user-data. */
final class OwnedCommands {

    private final Cloud cloud;

    OwnedCommands(Cloud cloud) {
        this.cloud = cloud;
    }

    List<Command> all() {
        return List.of(
                Command.plain("registerSSHKeyPair", "name:string! publickey:string! account:string", this::registerKey),
                Command.plain(
                        "listSSHKeyPairs",
                        "name:string id:uuid fingerprint:string keyword:string page:integer pagesize:integer"
                                + " listall:boolean",
                        this::listKeys),
                Command.plain("deleteSSHKeyPair", "name:string! account:string", this::deleteKey),
                Command.plain(
                        "registerUserData", "name:string! userdata:string! params:string", this::registerUserData),
                Command.plain(
                        "listUserData",
                        "name:string id:uuid keyword:string page:integer pagesize:integer listall:boolean",
                        this::listUserData),
                Command.plain("deleteUserData", "id:uuid! account:string", this::deleteUserData));
    }

    private JsonNode registerKey(Call call) {
        var name = call.required("name");
        if (key(call.account(), name).isPresent()) {
            throw ApiError.invalid("A key pair with name '%s' already exists.".formatted(name));
        }
        if (!call.required("publickey").matches("(?s)(ssh-|ecdsa-).+")) {
            throw ApiError.invalid("Public key is invalid");
        }
        var pair = new Cloud.Owned(UUID.randomUUID().toString(), name, call.account(), call.required("publickey"));
        cloud.keyPairs.add(pair);
        return Json.object().set("keypair", keyJson(pair));
    }

    private Optional<Cloud.Owned> key(Account owner, String name) {
        return cloud.keyPairs.stream()
                .filter(pair -> pair.owner().equals(owner) && pair.name().equals(name))
                .findFirst();
    }

    private JsonNode listKeys(Call call) {
        var found = cloud.keyPairs.stream()
                .filter(pair -> pair.owner().equals(call.account()))
                .filter(pair -> call.text("name").map(pair.name()::equals).orElse(true))
                .map(OwnedCommands::keyJson)
                .toList();
        return Page.of(call, "sshkeypair", found, cloud.settings.pageSize);
    }

    private JsonNode deleteKey(Call call) {
        var pair = key(call.account(), call.required("name"))
                .orElseThrow(() -> ApiError.invalid(
                        "A key pair with name '%s' does not exist for account %s in specified domain id"
                                .formatted(call.required("name"), call.account().name())));
        cloud.keyPairs.remove(pair);
        return Json.success();
    }

    private static ObjectNode keyJson(Cloud.Owned pair) {
        return owner(Json.object().put("id", pair.id()).put("name", pair.name()), pair)
                .put("fingerprint", fingerprint(pair.content()))
                .put("hasannotations", false);
    }

    private static String fingerprint(String key) {
        try {
            var digest = MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.ofDelimiter(":").formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode registerUserData(Call call) {
        var content = call.required("userdata");
        try {
            Base64.getDecoder().decode(content);
        } catch (IllegalArgumentException e) {
            throw ApiError.of(
                    431, "URLDecoder: Illegal hex characters in escape (%) pattern - Error at index 0 in: \"%%\"");
        }
        if (cloud.userData.values().stream()
                .anyMatch(
                        set -> set.owner().equals(call.account()) && set.name().equals(call.required("name")))) {
            throw ApiError.invalid("A userdata with name '%s' already exists.".formatted(call.required("name")));
        }
        var set = new Cloud.Owned(UUID.randomUUID().toString(), call.required("name"), call.account(), content);
        cloud.userData.put(set.id(), set);
        return Json.object().set("userdata", userDataJson(set));
    }

    private JsonNode listUserData(Call call) {
        var found = cloud.userData.values().stream()
                .filter(set -> set.owner().equals(call.account()))
                .filter(set -> call.text("name").map(set.name()::equals).orElse(true))
                .filter(set -> call.text("id").map(set.id()::equals).orElse(true))
                .map(OwnedCommands::userDataJson)
                .toList();
        return Page.of(call, "userdata", found, cloud.settings.pageSize);
    }

    private JsonNode deleteUserData(Call call) {
        if (cloud.userData.remove(call.required("id")) == null) {
            throw call.unknownId("id");
        }
        return Json.success();
    }

    private static ObjectNode userDataJson(Cloud.Owned set) {
        return owner(Json.object().put("id", set.id()).put("name", set.name()), set)
                .put("userdata", set.content())
                .put("hasannotations", false);
    }

    private static ObjectNode owner(ObjectNode json, Cloud.Owned owned) {
        var domain = owned.owner().domain();
        return json.put("account", owned.owner().name())
                .put("domainid", domain.id())
                .put("domain", domain.name())
                .put("domainpath", domain.path());
    }
}
