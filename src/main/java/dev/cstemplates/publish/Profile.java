package dev.cstemplates.publish;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A CloudStack and how templates are kept in it: one file of {@code $CST_HOME/profiles}. {@code configs/cloudstack/example.yaml} explains
 * every field. It holds no secret, only where secrets are.
 *
 * @param endpoint the API's address
 * @param authority PEM file of an authority to trust besides this host's
 * @param zones names or ids; empty for all that are enabled
 * @param hypervisors as {@code kvm}; empty for all that the artifact has a disk for and the zones a host
 * @param visibility of a promoted template
 * @param name of a promoted template; {@code {title}}, {@code {id}}, {@code {arch}} and {@code {hypervisor}} are filled in
 * @param details by hypervisor; they win over those of the definition
 */
public record Profile(
        URI endpoint,
        @Nullable String authority,
        Keys credentials,
        List<String> zones,
        List<String> hypervisors,
        Visibility visibility,
        boolean extractable,
        String name,
        int sortKey,
        Map<String, Map<String, String>> details,
        DeliveryMethod delivery,
        @Nullable DeployTestConfig test) {

    /** Who sees a promoted template. */
    public enum Visibility {
        PRIVATE,
        PUBLIC,
        FEATURED
    }

    /** Where the keys are; exactly one of these. */
    public record Keys(
            @Nullable Environment environment,
            @Nullable String file,
            @Nullable CloudMonkey cloudmonkey,
            @Nullable List<String> command) {

        /** Names of two environment variables. */
        public record Environment(String apiKey, String secretKey) {}

        /** CloudMonkey's configuration file, and its profile or null for the one in use. */
        public record CloudMonkey(
                @Nullable String file, @Nullable String profile) {}

        /** How many sources are named. */
        int count() {
            return (environment == null ? 0 : 1)
                    + (file == null ? 0 : 1)
                    + (cloudmonkey == null ? 0 : 1)
                    + (command == null ? 0 : 1);
        }
    }

    /** How disks reach the secondary storage; at most one of these, none means an upload. */
    public record DeliveryMethod(
            boolean upload,
            @Nullable URI url,
            @Nullable Serve serve,
            @Nullable Folder folder,
            @Nullable Store s3) {

        public static final DeliveryMethod UPLOAD = new DeliveryMethod(true, null, null, null, null);

        /** The server of our own: the address that it listens at, {@code host:port}, and the one that CloudStack reaches it by. */
        public record Serve(String listen, URI address) {}

        /** A folder and the URL that a web server shows it under. */
        public record Folder(String path, URI url) {}

        /**
         * An S3-compatible store; keys come from the AWS environment variables or files.
         *
         * @param endpoint null for AWS itself
         * @param prefix of the objects' names
         * @param pathStyle whether the bucket is part of the path, as MinIO and Ceph want it
         * @param hours for which links work
         */
        public record Store(
                @Nullable URI endpoint,
                String bucket,
                @Nullable String region,
                @Nullable String prefix,
                boolean pathStyle,
                int hours) {}

        int count() {
            return (upload ? 1 : 0)
                    + (url == null ? 0 : 1)
                    + (serve == null ? 0 : 1)
                    + (folder == null ? 0 : 1)
                    + (s3 == null ? 0 : 1);
        }
    }

    /**
     * Where deploy tests run.
     *
     * @param network name or id of a network whose instances this host reaches
     * @param offering name or id of the compute offering
     * @param zone name or id; null for the first of the profile's
     */
    public record DeployTestConfig(
            String network, String offering, @Nullable String zone) {}
}
