/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

import dev.cstemplates.core.Failure;
import freemarker.cache.FileTemplateLoader;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Preseeds and kickstarts, rendered from templates that ship with the definitions. A missing value is an error. */
final class AnswerTemplate {

    private AnswerTemplate() {}

    static Map<String, String> preseed(InstallerAnswers plan, String publicKey, String finish) {
        var values = values(plan, publicKey);
        var mirror = URI.create(plan.repositories().getFirst().url());
        values.put("mirrorProtocol", InstallerAnswers.requirePlain(mirror.getScheme()));
        values.put("mirrorHost", InstallerAnswers.requirePlain(mirror.getAuthority()));
        values.put("mirrorFolder", mirror.getPath());
        values.put("securityHosts", securityHosts(plan.mirror()));
        return Map.of("preseed.cfg", rendered(plan, values), "finish.sh", finish);
    }

    /** Debian's installer always uses http and the folder debian-security. */
    private static List<String> securityHosts(@Nullable PackageMirror mirror) {
        if (mirror == null || mirror.security() == null) {
            return List.of();
        }
        var security = URI.create(mirror.security());
        return "http".equals(security.getScheme()) && "/debian-security".equals(security.getPath())
                ? List.of(InstallerAnswers.requirePlain(security.getAuthority()))
                : List.of();
    }

    static Map<String, String> kickstart(InstallerAnswers plan, String publicKey, String finish) {
        var values = values(plan, publicKey);
        values.put("syntax", Objects.requireNonNull(plan.syntax()));
        if (finish.lines().anyMatch(line -> line.startsWith("%"))) {
            throw Failure.usage(
                    "The script " + plan.finish() + " has a line that starts with %, which would end it in a kickstart",
                    "Rewrite that line.");
        }
        values.put("finish", finish);
        return Map.of("ks.cfg", rendered(plan, values));
    }

    private static Map<String, Object> values(InstallerAnswers plan, String publicKey) {
        var values = new HashMap<String, Object>();
        values.put("bios", plan.bootsByBios());
        values.put("locale", plan.locale());
        values.put("timezone", plan.timezone());
        values.put("kernelPackage", plan.kernelPackage());
        values.put("bootloaderPackages", plan.bootloaderPackages());
        values.put("packages", plan.packages());
        values.put(
                "repositories",
                plan.repositories().stream()
                        .map(each -> Map.of("name", each.name(), "url", each.url()))
                        .toList());
        values.put("consoles", plan.consoles());
        values.put("publicKey", publicKey);
        var subscription = plan.subscription();
        values.put(
                "registrations",
                subscription == null
                        ? List.of()
                        : List.of(Map.of("account", subscription.account(), "code", subscription.code())));
        return values;
    }

    private static String rendered(InstallerAnswers plan, Map<String, Object> values) {
        var file = Objects.requireNonNull(plan.template());
        try {
            var out = new StringWriter();
            configuration(Objects.requireNonNull(file.getParent()))
                    .getTemplate(String.valueOf(file.getFileName()))
                    .process(values, out);
            return out.toString();
        } catch (IOException | TemplateException e) {
            throw Failure.usage(
                            "Cannot render the answer file template " + file + ": " + e.getMessage(),
                            "Fix the template, then run 'cst check'.")
                    .because(e);
        }
    }

    private static Configuration configuration(Path folder) throws IOException {
        var configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setTemplateLoader(new FileTemplateLoader(folder.toFile()));
        configuration.setDefaultEncoding("UTF-8");
        configuration.setTagSyntax(Configuration.SQUARE_BRACKET_TAG_SYNTAX);
        configuration.setInterpolationSyntax(Configuration.SQUARE_BRACKET_INTERPOLATION_SYNTAX);
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        configuration.setNumberFormat("computer");
        configuration.setBooleanFormat("c");
        return configuration;
    }
}
