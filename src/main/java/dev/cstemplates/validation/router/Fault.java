package dev.cstemplates.validation.router;

/** A fault injected into the router, for tests of failing validations. */
public enum Fault {
    /** The password server accepts requests and closes the connection without an answer. */
    SILENT_PASSWORD_SERVER,
    /** DNS does not resolve {@code data-server}. */
    NO_DATA_SERVER_NAME,
    /** DHCP and metadata announce a wrong hostname. */
    WRONG_HOSTNAME,
    /** User data is empty. */
    NO_USER_DATA
}
