/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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

/** Finds holes in a sparse file by {@code lseek(SEEK_DATA)}, which Java has no API for. */
final class SparseFileMap implements AutoCloseable {

    private static final int O_CLOEXEC = 0x80000;
    private static final int SEEK_DATA = 3;
    /** Error: no data from here to the end of the file. */
    private static final int ENXIO = 6;

    private static final class Libc {
        static final NativeLibrary LIBRARY =
                new NativeLibrary("libc", Linker.nativeLinker().defaultLookup());
        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final MethodHandle OPEN = LIBRARY.function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle LSEEK = LIBRARY.function(
                "lseek",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT),
                Linker.Option.captureCallState("errno"));
        static final MethodHandle CLOSE = LIBRARY.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private Libc() {}
    }

    private final int descriptor;

    private SparseFileMap(int descriptor) {
        this.descriptor = descriptor;
    }

    /** If the file cannot be opened, it counts as having no holes. */
    static SparseFileMap open(Path file) {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(file.toAbsolutePath().toString());
            int descriptor = NativeLibrary.call(() -> (int) Libc.OPEN.invokeExact(name, O_CLOEXEC));
            return new SparseFileMap(descriptor);
        }
    }

    /** Length in bytes of the hole at {@code offset}; 0 where there is data. */
    long at(long offset, long fileLength) {
        if (descriptor < 0) {
            return 0;
        }
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(Libc.STATE);
            long data = NativeLibrary.call(() -> (long) Libc.LSEEK.invokeExact(state, descriptor, offset, SEEK_DATA));
            if (data >= 0) {
                return Math.min(data, fileLength) - offset;
            }
            var errno = state.get(JAVA_INT, Libc.STATE.byteOffset(PathElement.groupElement("errno")));
            return errno == ENXIO ? fileLength - offset : 0;
        }
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            NativeLibrary.call(() -> (int) Libc.CLOSE.invokeExact(descriptor));
        }
    }
}
