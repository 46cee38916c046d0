package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.Zone;

/**
 * The state of a template in one zone after a publication.
 *
 * @param reason why it is not ready, with the server's text; else empty
 */
public record ZoneState(Zone zone, boolean isReady, String reason) {}
