/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.Owner;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A CloudStack endpoint and how templates are kept in it: one file of {@code $CST_HOME/profiles}. {@code
 * configs/cloudstack/example.yaml} explains every key. It contains no secret, only where secrets are.
 *
 * @param endpoint the API's address
 * @param authority PEM file of a CA to trust in addition to this host's
 * @param zones names or ids; empty for all enabled zones
 * @param hypervisors as {@code kvm}; empty for all with a disk in the artifact and a host in the zones
 * @param visibility of a promoted template
 * @param name of a promoted template; {@code {title}}, {@code {id}}, {@code {arch}} and {@code {hypervisor}} are replaced
 * @param owner of the templates; null for the account of the keys
 * @param details by hypervisor; they take precedence over the definition's
 */
public record Profile(
        URI endpoint,
        @Nullable String authority,
        CredentialSource credentials,
        List<String> zones,
        List<String> hypervisors,
        Audience visibility,
        boolean extractable,
        String name,
        int sortKey,
        Map<String, Map<String, String>> details,
        DeliveryMethod delivery,
        @Nullable DeployTestConfig test,
        @Nullable Owner owner) {

    /** Who sees a promoted template. */
    public enum Audience {
        PRIVATE,
        PUBLIC,
        FEATURED
    }

    /** Where the keys are; exactly one component is not null. */
    public record CredentialSource(
            @Nullable KeyVariables environment,
            @Nullable String file,
            @Nullable CloudMonkey cloudmonkey,
            @Nullable List<String> command) {

        /** Names of two environment variables. */
        public record KeyVariables(String apiKey, String secretKey) {}

        /** CloudMonkey's configuration file and profile; null for the defaults. */
        public record CloudMonkey(
                @Nullable String file, @Nullable String profile) {}
    }

    /** How disks reach the secondary storage; exactly one component is set. */
    public record DeliveryMethod(
            boolean upload,
            @Nullable URI url,
            @Nullable FileServerConfig serve,
            @Nullable WebFolderConfig folder,
            @Nullable ObjectStoreConfig s3) {

        public static final DeliveryMethod UPLOAD = new DeliveryMethod(true, null, null, null, null);

        /** The built-in file server: the address it listens on, {@code host:port}, and the URL by which CloudStack reaches it. */
        public record FileServerConfig(String listen, URI address) {}

        /** A folder and the URL under which a web server publishes it. */
        public record WebFolderConfig(String path, URI url) {}

        /**
         * An S3-compatible store; keys come from the AWS environment variables or files.
         *
         * @param endpoint null for AWS itself
         * @param prefix of object names
         * @param pathStyle whether the bucket is part of the path, as MinIO and Ceph expect
         * @param hours for which links are valid
         */
        public record ObjectStoreConfig(
                @Nullable URI endpoint,
                String bucket,
                @Nullable String region,
                @Nullable String prefix,
                boolean pathStyle,
                int hours) {}
    }

    /**
     * Where deploy tests run.
     *
     * @param network name or id of a network whose instances this host can reach
     * @param offering name or id of the compute offering
     * @param zone name or id; null for the first of the profile's
     */
    public record DeployTestConfig(
            String network, String offering, @Nullable String zone) {}
}
