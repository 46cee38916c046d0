package dev.cstemplates.cloudstack.standin;

/** How an upload to the secondary storage VM ends. */
public enum UploadFate {
    /** As what was sent deserves. */
    AS_SENT,
    /** The connection ends when half has come. */
    DIES_HALFWAY,
    /** The VM says that it was stored; the template is gone at the next look. */
    VANISHES,
    /** The VM says that it was stored; the monitor finds an error. */
    FAILS_AFTERWARDS
}
