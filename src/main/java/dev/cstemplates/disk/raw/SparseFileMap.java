package dev.cstemplates.disk.raw;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cstemplates.host.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Where a sparse file has no data: what {@code lseek(SEEK_DATA)} says, which Java has no name for. */
final class SparseFileMap implements AutoCloseable {

    private static final int SEEK_DATA = 3;
    /** There is no data from here to the file's end. */
    private static final int ENXIO = 6;

    /** The functions of libc. */
    private static final class Library {
        static final NativeLibrary LIBC =
                new NativeLibrary("libc", Linker.nativeLinker().defaultLookup());
        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final MethodHandle OPEN = LIBC.function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle LSEEK = LIBC.function(
                "lseek",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT),
                Linker.Option.captureCallState("errno"));
        static final MethodHandle CLOSE = LIBC.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private Library() {}
    }

    private final int descriptor;

    private SparseFileMap(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Of a file that can be read; where it can't be, nothing counts as a hole. */
    static SparseFileMap of(Path file) {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(file.toAbsolutePath().toString());
            int descriptor = NativeLibrary.call(() -> (int) Library.OPEN.invokeExact(name, 0));
            return new SparseFileMap(descriptor);
        }
    }

    /** Length of the hole at {@code offset}, in bytes; 0 where there is data. */
    long at(long offset, long fileLength) {
        if (descriptor < 0) {
            return 0;
        }
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(Library.STATE);
            long data =
                    NativeLibrary.call(() -> (long) Library.LSEEK.invokeExact(state, descriptor, offset, SEEK_DATA));
            if (data >= 0) {
                return Math.min(data, fileLength) - offset;
            }
            var errno = state.get(JAVA_INT, Library.STATE.byteOffset(PathElement.groupElement("errno")));
            return errno == ENXIO ? fileLength - offset : 0;
        }
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            NativeLibrary.call(() -> (int) Library.CLOSE.invokeExact(descriptor));
        }
    }
}
