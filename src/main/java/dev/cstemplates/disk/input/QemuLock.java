/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.input;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cstemplates.core.Failure;
import dev.cstemplates.host.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The lock of a disk that is read, by QEMU's protocol (its {@code block/file-posix.c}). A process that uses a permission locks the byte
 * 100 + its number; one that denies it to others locks the byte 200 + its number. All locks are shared; a lock on the opposite byte is a
 * conflict. While we read, we deny writing and resizing, as {@code qemu-img convert} does.
 *
 * <p>These are locks of an open file description: they end when it is closed, and no other descriptor of this process affects them.
 */
public final class QemuLock implements AutoCloseable {

    private static final int USED = 100;
    private static final int DENIED = 200;
    private static final int CONSISTENT_READ = 0;
    private static final int WRITE = 1;
    private static final int RESIZE = 3;

    private static final int O_CLOEXEC = 0x80000;
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    /** Bytes of {@code struct flock}: type, whence, start, length, process. */
    private static final int FLOCK_BYTES = 32;

    private static final int FLOCK_START = 8;
    private static final int FLOCK_LENGTH = 16;

    private static final class Libc {
        static final NativeLibrary LIBRARY =
                new NativeLibrary("libc", Linker.nativeLinker().defaultLookup());
        static final MethodHandle OPEN = LIBRARY.function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle FCNTL = LIBRARY.function(
                "fcntl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
                Linker.Option.firstVariadicArg(2));
        static final MethodHandle CLOSE = LIBRARY.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private Libc() {}
    }

    private final int descriptor;

    private QemuLock(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Locks {@code disk} until the result is closed. A file system without such locks counts as unlocked, as for QEMU.
     *
     * @throws Failure of kind usage if another process may write to the disk
     */
    public static QemuLock acquire(Path disk) {
        var lock = new QemuLock(open(disk));
        if (lock.descriptor >= 0) {
            lock.hold(USED + CONSISTENT_READ);
            lock.hold(DENIED + WRITE);
            lock.hold(DENIED + RESIZE);
            if (lock.isHeld(USED + WRITE) || lock.isHeld(USED + RESIZE) || lock.isHeld(DENIED + CONSISTENT_READ)) {
                lock.close();
                throw Failure.usage(
                        disk + " is in use: a virtual machine or another QEMU program can write to it",
                        "Stop the virtual machine first, or take a snapshot of the disk and use that.");
            }
        }
        return lock;
    }

    private static int open(Path disk) {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(disk.toAbsolutePath().toString());
            return NativeLibrary.call(() -> (int) Libc.OPEN.invokeExact(name, O_CLOEXEC));
        }
    }

    private void hold(int at) {
        try (var arena = Arena.ofConfined()) {
            fcntl(F_OFD_SETLK, flock(arena, F_RDLCK, at));
        }
    }

    /** Whether another open file description has a lock on this byte. */
    private boolean isHeld(int at) {
        try (var arena = Arena.ofConfined()) {
            var flock = flock(arena, F_WRLCK, at);
            return fcntl(F_OFD_GETLK, flock) == 0 && flock.get(JAVA_SHORT, 0) != F_UNLCK;
        }
    }

    private static MemorySegment flock(Arena arena, short type, int at) {
        var flock = arena.allocate(FLOCK_BYTES, Long.BYTES);
        flock.set(JAVA_SHORT, 0, type);
        flock.set(JAVA_LONG, FLOCK_START, at);
        flock.set(JAVA_LONG, FLOCK_LENGTH, 1);
        return flock;
    }

    private int fcntl(int command, MemorySegment flock) {
        return NativeLibrary.call(() -> (int) Libc.FCNTL.invokeExact(descriptor, command, flock));
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            NativeLibrary.call(() -> (int) Libc.CLOSE.invokeExact(descriptor));
        }
    }
}
