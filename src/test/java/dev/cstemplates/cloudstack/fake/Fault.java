/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

/** How one call fails. */
public sealed interface Fault {

    /** An error response of the server. */
    record ErrorResponse(int code, String text) implements Fault {}

    /** A page of a proxy in front of the server. */
    record ProxyPage(int status) implements Fault {}

    /** HTTP 200 without content: the server only logged an exception. */
    record EmptyBody() implements Fault {}

    /** The connection is cut before the server executes the call. */
    record CutBefore() implements Fault {}

    /** The connection is cut after the server executed the call, before the response. */
    record CutAfter() implements Fault {}

    static Fault rateLimited() {
        return new ErrorResponse(
                429, "The given user has reached his/her account api limit, please retry after [220] ms.");
    }

    /** A management server that is about to shut down rejects new jobs. */
    static Fault shuttingDown() {
        return new ErrorResponse(
                503, "Maintenance or Shutdown has been initiated on this management server. Can not accept new jobs");
    }

    static Fault internalError() {
        return new ErrorResponse(530, "Internal error executing command, please contact your system administrator");
    }
}
