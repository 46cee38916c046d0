package dev.cstemplates.cloudstack;

import org.jspecify.annotations.Nullable;

/**
 * An instance to deploy.
 *
 * @param keyPair name of a registered SSH key; null for none
 * @param userData in base64; null for none
 * @param rootDiskSize in GiB; null for the template's
 */
public record NewInstance(
        String name,
        String template,
        String zone,
        String offering,
        String network,
        @Nullable String keyPair,
        @Nullable String userData,
        @Nullable Long rootDiskSize) {

    Call call() {
        return Call.of("deployVirtualMachine")
                .with("name", name)
                .with("displayname", name)
                .with("templateid", template)
                .with("zoneid", zone)
                .with("serviceofferingid", offering)
                .with("networkids", network)
                .withOptional("keypair", keyPair)
                .withOptional("userdata", userData)
                .withOptional("rootdisksize", rootDiskSize);
    }

    @Override
    public String toString() {
        return call().toString();
    }
}
