package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.Zone;

/**
 * Where a template stands in one zone after a publication.
 *
 * @param words the server's own where it is not ready; else empty
 */
public record ZoneState(Zone zone, boolean isReady, String words) {}
