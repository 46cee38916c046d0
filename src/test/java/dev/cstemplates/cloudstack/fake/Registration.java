/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/** {@code registerTemplate} and {@code getUploadParamsForTemplate}, with their checks in the server's order. */
final class Registration {

    private static final List<String> HYPERVISORS = List.of(
            "XenServer",
            "KVM",
            "VMware",
            "Hyperv",
            "VirtualBox",
            "Parralels",
            "BareMetal",
            "Simulator",
            "Ovm",
            "Ovm3",
            "LXC",
            "Custom",
            "External",
            "Any");
    private static final Set<String> RESERVED = Set.of("SystemVM Template (simulator)", "SystemVM Template (KVM)");
    private static final Set<String> FORMATS = Set.of("QCOW2", "RAW", "VHD", "ISO", "OVA", "VHDX", "VMDK", "TAR");
    private static final Map<String, List<String>> EXTENSIONS = Map.of(
            "QCOW2", List.of("qcow2", "img"),
            "RAW", List.of("img", "raw"),
            "VHD", List.of("vhd"),
            "VHDX", List.of("vhdx"),
            "OVA", List.of("ova"),
            "VMDK", List.of("vmdk"));
    private static final String COMMON =
            " displaytext:string ostypeid:uuid checksum:string passwordenabled:boolean sshkeyenabled:boolean"
                    + " isextractable:boolean ispublic:boolean isfeatured:boolean requireshvm:boolean"
                    + " isdynamicallyscalable:boolean details:map arch:string@4.20 account:string domainid:uuid"
                    + " projectid:uuid bits:integer isrouting:boolean deployasis:boolean templatetag:string";

    private final Cloud cloud;
    private final TemplateJson json;
    private final UploadTickets tickets;

    Registration(Cloud cloud, UploadTickets tickets) {
        this.cloud = cloud;
        this.json = new TemplateJson(cloud);
        this.tickets = tickets;
    }

    List<Command> all() {
        return List.of(
                Command.plain(
                        "registerTemplate",
                        "format:string! hypervisor:string! name:string! url:string! zoneid:uuid zoneids:list"
                                + " directdownload:boolean templatetype:string@4.19 forcks:boolean@4.21"
                                + " extensionid:uuid@4.21" + COMMON,
                        this::register),
                Command.plain(
                                "getUploadParamsForTemplate",
                                "format:string! hypervisor:string! name:string! zoneid:uuid!"
                                        + " templatetype:string@4.22" + COMMON,
                                this::prepareUpload)
                        .answeringAs("postuploadtemplateresponse"));
    }

    private JsonNode register(Call call) {
        checkLength(call, "name", "templateName", 255);
        checkLength(call, "displaytext", "displayText", 4096);
        checkLength(call, "url", "url", 2048);
        var zones = zones(call);
        var template = draft(call, false);
        if (template.osTypeId.isEmpty() && !template.deployAsIs) {
            throw ApiError.of(431, "Please provide a guest OS type");
        }
        template.crossZones = call.list("zoneids").contains("-1")
                || call.text("zoneid").filter("-1"::equals).isPresent();
        var url = checkedUrl(call.required("url"), template.format);
        if (call.flag("directdownload")) {
            throw refusedDirectDownload(template, url);
        }
        template.url = call.required("url");
        template.checksum = call.text("checksum").orElse("");
        requestSize(url);
        cloud.templates.put(template.id, template);
        for (var zone : zones) {
            if (!cloud.settings.hasStorage(zone)) {
                if (template.copies.isEmpty()) {
                    zones.forEach(each -> template.copies.put(each.id(), ZoneCopy.unclaimed(each)));
                }
                throw call.account().isAdmin()
                        ? ApiError.internal("Unable to find image store to download the template [null].")
                        : ApiError.internal(
                                "Internal error executing command, please contact your system administrator");
            }
            template.copies.put(zone.id(), begin(template, url, zone));
        }
        return Json.object()
                .put("count", zones.size())
                .set(
                        "template",
                        Json.array(template.copies.values().stream()
                                .map(copy -> json.entry(template, copy, call.account()))
                                .toList()));
    }

    /** The fake has no KVM hosts that could validate URLs. */
    private static ApiError refusedDirectDownload(Template template, URI url) {
        return template.hypervisor.equals("KVM")
                ? ApiError.internal("Couldn't find a host to validate URL " + url)
                : ApiError.of(431, "Parameter directdownload is only allowed for KVM or Custom templates");
    }

    private ZoneCopy begin(Template template, URI url, Zone zone) {
        if (cloud.settings.storageVmsAway.contains(zone.name())) {
            return ZoneCopy.unclaimed(zone);
        }
        var listings = cloud.settings.progressListings;
        return switch (cloud.faults.download()) {
            case DownloadFate.AsServed _ ->
                ZoneCopy.downloading(zone, listings, cloud.storage.download(url, template.format, template.checksum));
            case DownloadFate.Fails fails ->
                ZoneCopy.downloading(
                        zone, listings, CompletableFuture.completedFuture(ZoneCopy.Outcome.error(0, fails.text())));
            case DownloadFate.Abandoned _ ->
                ZoneCopy.downloading(zone, listings, CompletableFuture.completedFuture(ZoneCopy.Outcome.abandoned()));
            case DownloadFate.NeverBegins never -> ZoneCopy.settled(zone, ZoneCopy.Outcome.notBegun(never.text()));
        };
    }

    private JsonNode prepareUpload(Call call) {
        if (call.required("zoneid").equals("-1")) {
            throw ApiError.of(431, "invalid zoneid");
        }
        var zone = cloud.zone(call, "zoneid");
        if (call.text("ostypeid").isEmpty() && !call.flag("deployasis")) {
            throw ApiError.of(431, "Missing parameter ostypeid");
        }
        var template = draft(call, true);
        template.checksum = call.text("checksum").orElse("");
        template.copies.put(zone.id(), ZoneCopy.awaitingUpload(zone, cloud.settings.progressListings));
        cloud.templates.put(template.id, template);
        return Json.object().set("getuploadparams", tickets.issue(template, cloud.now()));
    }

    /** The checks that both commands share; stores nothing yet. */
    private Template draft(Call call, boolean uploaded) {
        var name = call.required("name");
        if (!cloud.settings.isAtLeast("4.19")
                && call.command().name().equals("registerTemplate")
                && call.text("displaytext").isEmpty()) {
            throw ApiError.missing(call.command().envelope(), "displaytext");
        }
        if (name.isEmpty()) {
            throw ApiError.invalid("Invalid value provided for API arg: name");
        }
        if (RESERVED.contains(name)) {
            throw ApiError.of(431, "Cannot use reserved names for templates");
        }
        var template = new Template(cloud.number(), cloud.owner(call), name, uploaded, cloud.now());
        template.displayText = call.text("displaytext").orElse(name);
        template.arch = arch(call);
        template.hypervisor = hypervisor(call);
        checkType(call);
        template.format = format(call.required("format"));
        call.text("ostypeid").ifPresent(id -> {
            if (!cloud.osTypes.containsKey(id)) {
                throw call.unknownId("ostypeid");
            }
            template.osTypeId = id;
        });
        checkPermissions(call);
        template.templateTag = call.text("templatetag").orElse("");
        template.isPublic = call.flag("ispublic");
        template.isFeatured = call.flag("isfeatured") && call.account().isAdmin();
        template.isExtractable = call.flag("isextractable");
        template.passwordEnabled = call.flag("passwordenabled");
        template.sshKeyEnabled = call.flag("sshkeyenabled");
        template.dynamicallyScalable = call.flag("isdynamicallyscalable");
        template.deployAsIs = call.flag("deployasis");
        template.requiresHvm = call.flag("requireshvm", !uploaded);
        template.details.putAll(call.details("details"));
        if (template.hypervisor.equals("XenServer")) {
            template.details.putIfAbsent("hypervisortoolsversion", "xenserver61");
        }
        return template;
    }

    private void checkPermissions(Call call) {
        if (call.account().isAdmin()) {
            return;
        }
        if (call.text("templatetag").isPresent()) {
            throw ApiError.notPermitted(
                    "Parameter templatetag can only be specified by a Root Admin, permission denied");
        }
        if (call.flag("ispublic")
                && !cloud.settings.publicUserTemplates
                && !call.account().isDomainAdmin()) {
            throw ApiError.invalid("Only private templates/ISO can be created.");
        }
        var owned = cloud.living().stream()
                .filter(template -> template.owner.equals(cloud.owner(call)))
                .count();
        if (owned >= cloud.settings.mostTemplates) {
            throw ApiError.limitExceeded(
                    "Maximum amount of resources of Type = 'template', tag = 'null' for Account Name = %s in Domain Id = 1 is exceeded: Account Resource Limit = %d, Current Account Resource Amount = %d, Current Account Resource Reservation = 0, Requested Resource Amount = 1."
                            .formatted(call.account().name(), cloud.settings.mostTemplates, owned));
        }
    }

    private static void checkLength(Call call, String parameter, String field, int most) {
        if (call.text(parameter).orElse("").length() > most) {
            throw ApiError.tooLong(call.command().envelope(), field, most);
        }
    }

    private static String arch(Call call) {
        var arch = call.text("arch").orElse("x86_64");
        if (!Set.of("x86_64", "aarch64").contains(arch)) {
            throw ApiError.of(431, "Unsupported arch type: " + arch);
        }
        return arch;
    }

    private static String hypervisor(Call call) {
        var name = call.required("hypervisor");
        var hypervisor = call.command().name().equals("registerTemplate") ? name : "None";
        return HYPERVISORS.stream()
                .filter(name::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> ApiError.invalid("Hypervisor Type: %s is invalid. Supported Hypervisor types are: %s"
                        .formatted(hypervisor, String.join(", ", HYPERVISORS))));
    }

    private static String format(String name) {
        var format = name.toUpperCase(Locale.ROOT);
        if (!FORMATS.contains(format)) {
            throw ApiError.of(
                    431,
                    "Image format: %s is incorrect. Supported formats are [QCOW2, RAW, VHD, ISO, OVA, VHDX, BAREMETAL, EXTERNAL, VMDK, VDI, TAR, ZIP, DIR, ]"
                            .formatted(name));
        }
        return format;
    }

    private static void checkType(Call call) {
        var type = call.text("templatetype").orElse("USER");
        if (type.equals("SYSTEM") || type.equals("BUILTIN")) {
            throw ApiError.invalid("System and Builtin templates must be cross zone.");
        }
        if (!Set.of("USER", "VNF", "ROUTING").contains(type)) {
            throw ApiError.invalid(
                    "Please specify a valid templatetype: ,[Lcom.cloud.storage.Storage$TemplateType;@2df691d5");
        }
    }

    private List<Zone> zones(Call call) {
        var one = call.text("zoneid");
        var ids = call.list("zoneids");
        if (one.isPresent() && !ids.isEmpty()) {
            throw ApiError.of(431, "Both zoneid and zoneids cannot be specified at the same time");
        }
        if (one.isEmpty() && ids.isEmpty()) {
            throw ApiError.of(431, "Either zoneid or zoneids is required. Both cannot be null.");
        }
        if (ids.contains("-1") && ids.size() > 1) {
            throw ApiError.of(431, "Parameter zoneids cannot combine all zones (-1) option with other zones");
        }
        if (ids.contains("-1") || one.filter("-1"::equals).isPresent()) {
            if (!call.account().isAdmin()) {
                throw ApiError.invalid(
                        "Template registered for 'All zones' can only be owned a Root Admin account. Please select"
                                + " specific zone(s).");
            }
            return List.copyOf(cloud.zones.values());
        }
        if (one.isPresent()) {
            return List.of(cloud.zone(call, "zoneid"));
        }
        var zones = new ArrayList<Zone>();
        for (var id : ids) {
            zones.add(cloud.zone(call, "zoneids", id));
        }
        return zones;
    }

    private URI checkedUrl(String text, String format) {
        if (text.startsWith("file:")) {
            throw ApiError.invalid("File:// type urls are currently unsupported");
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw ApiError.of(431, "Invalid URL: " + text);
        }
        if (!Set.of("http", "https").contains(String.valueOf(url.getScheme()))) {
            throw ApiError.of(431, "Unsupported scheme for url: " + text);
        }
        if (cloud.settings.validateUrl) {
            checkHost(url);
        }
        var wanted = EXTENSIONS.getOrDefault(format, List.of());
        var lower = format.toLowerCase(Locale.ROOT);
        if (!url.getPath().contains(".")) {
            throw ApiError.of(431, "Please specify a valid " + lower);
        }
        if (!wanted.contains(SecondaryStorage.extension(url))) {
            throw ApiError.of(
                    431,
                    "Please specify a valid URL. URL:%s is an invalid for the format %s"
                            .formatted(url.getPath(), lower));
        }
        return url;
    }

    private static void checkHost(URI url) {
        try {
            var host = InetAddress.getByName(url.getHost());
            if (host.isLoopbackAddress() || host.isLinkLocalAddress() || host.isAnyLocalAddress()) {
                throw ApiError.of(431, "Illegal host specified in URL.");
            }
        } catch (UnknownHostException e) {
            throw ApiError.of(431, "Unable to resolve " + url.getHost());
        }
    }

    /** Requests the size for the limits only: the result does not matter. */
    private static void requestSize(URI url) {
        try (var client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            client.send(
                    HttpRequest.newBuilder(url)
                            .HEAD()
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    BodyHandlers.discarding());
        } catch (IOException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
