package dev.cstemplates.cli.cloud;

import picocli.CommandLine.Option;

/** The option of every command that connects to a CloudStack. */
final class CloudOptions {

    @Option(names = "--profile", required = true, paramLabel = "P", description = "One of 'cst profile list'.")
    private String profile = "";

    String profile() {
        return profile;
    }
}
