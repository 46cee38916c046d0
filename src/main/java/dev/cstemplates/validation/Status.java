package dev.cstemplates.validation;

/** What came of a {@link Check}. */
public enum Status {
    /** As it has to be. */
    PASS,
    /** Not as it has to be: the template is not fit for use. */
    FAIL,
    /** Worth a look, yet no reason to hold the template back. */
    WARN,
    /** Not looked at; the detail says why. */
    SKIP
}
