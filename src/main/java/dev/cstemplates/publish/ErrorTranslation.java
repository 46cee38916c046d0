package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStackError;
import java.util.function.Supplier;

/** The border of this room: what the client says of an error becomes what the program says. */
final class ErrorTranslation {

    private ErrorTranslation() {}

    static <T> T ask(Supplier<T> work) {
        try {
            return work.get();
        } catch (CloudStackError error) {
            throw error.toFailure();
        }
    }

    static void tell(Runnable work) {
        ask(() -> {
            work.run();
            return Boolean.TRUE;
        });
    }
}
