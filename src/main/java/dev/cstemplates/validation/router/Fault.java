package dev.cstemplates.validation.router;

/** A way for the router to go wrong, so that tests can see a validation fail. */
public enum Fault {
    /** The password server takes requests and closes the connection without an answer. */
    SILENT_PASSWORD_SERVER,
    /** DNS does not know {@code data-server}. */
    NO_DATA_SERVER_NAME,
    /** DHCP and metadata name another host than the one that was asked for. */
    WRONG_HOSTNAME,
    /** User data is empty. */
    NO_USER_DATA
}
