package dev.cstemplates.cloudstack;

import org.jspecify.annotations.Nullable;

/** Is told of every call that changes something on the server: the hook of audit logs. */
public interface CallListener {

    /** Before it is sent for the first time. */
    void begins(Call call);

    /** After the server answered; {@code trouble} null when it accepted the call. A job that it started may still fail. */
    void ended(Call call, @Nullable CloudStackError trouble);

    /** Listens to nothing. */
    CallListener NONE = new CallListener() {
        @Override
        public void begins(Call call) {}

        @Override
        public void ended(Call call, @Nullable CloudStackError trouble) {}
    };
}
