/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import org.jspecify.annotations.Nullable;

/** Is notified of every call that changes something on the server; used by the audit log. */
public interface CallListener {

    /** Before it is sent for the first time. */
    void begins(Call call);

    /** After the server answered; {@code error} null when it accepted the call. A job that it started may still fail. */
    void ended(Call call, @Nullable CloudStackError error);

    /** Listens to nothing. */
    CallListener NONE = new CallListener() {
        @Override
        public void begins(Call call) {}

        @Override
        public void ended(Call call, @Nullable CloudStackError error) {}
    };
}
