/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.Locale;

/** An error response of the management server; its HTTP status is the error code. */
final class ApiError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final int internalCode;

    private ApiError(int code, int internalCode, String text) {
        super(text);
        this.code = code;
        this.internalCode = internalCode;
    }

    /** An error that the command's code throws as ServerApiException. */
    static ApiError of(int code, String text) {
        return new ApiError(code, 9999, text);
    }

    static ApiError invalid(String text) {
        return new ApiError(431, 4350, text);
    }

    static ApiError internal(String text) {
        return new ApiError(530, 4250, text);
    }

    static ApiError notPermitted(String text) {
        return new ApiError(531, 4365, text);
    }

    static ApiError limitExceeded(String text) {
        return new ApiError(535, 4370, text);
    }

    static ApiError missing(String envelope, String parameter) {
        return of(
                431,
                "Unable to execute API command %s due to missing parameter %s".formatted(bare(envelope), parameter));
    }

    static ApiError unknownId(String envelope, String parameter, String value) {
        return of(
                431,
                "Unable to execute API command %s due to invalid value. Invalid parameter %s value=%s due to incorrect long value format, or entity does not exist or due to incorrect parameter annotation for the field in api cmd class."
                        .formatted(bare(envelope), parameter, value));
    }

    static ApiError badInteger(String envelope, String parameter, String value) {
        return of(
                431,
                "Unable to execute API command %s due to invalid value %s for parameter %s"
                        .formatted(bare(envelope), value, parameter));
    }

    static ApiError tooLong(String envelope, String field, int most) {
        return of(
                431,
                "Unable to execute API command %s due to invalid value. Value greater than max allowed length %d for param: %s"
                        .formatted(bare(envelope), most, field));
    }

    private static String bare(String envelope) {
        return envelope.toLowerCase(Locale.ROOT).replaceFirst("response$", "");
    }

    int code() {
        return code;
    }

    int internalCode() {
        return internalCode;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
