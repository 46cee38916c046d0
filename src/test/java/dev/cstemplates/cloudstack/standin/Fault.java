package dev.cstemplates.cloudstack.standin;

/** What goes wrong with one call. */
public sealed interface Fault {

    /** An error in the server's own envelope. */
    record Refused(int code, String text) implements Fault {}

    /** A page that some proxy before the server made. */
    record ProxyPage(int status) implements Fault {}

    /** HTTP 200 and nothing: the server logged an exception and told nobody. */
    record EmptyBody() implements Fault {}

    /** The connection ends before the server has done anything. */
    record CutBefore() implements Fault {}

    /** The server does what was asked, and the connection ends before it could say so. */
    record CutAfter() implements Fault {}

    static Fault rateLimited() {
        return new Refused(429, "The given user has reached his/her account api limit, please retry after [220] ms.");
    }

    /** As a management server that is about to be shut down refuses new jobs. */
    static Fault shuttingDown() {
        return new Refused(
                503, "Maintenance or Shutdown has been initiated on this management server. Can not accept new jobs");
    }

    static Fault internalError() {
        return new Refused(530, "Internal error executing command, please contact your system administrator");
    }
}
