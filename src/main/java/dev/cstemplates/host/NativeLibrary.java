package dev.cstemplates.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * A C library of this host, called without glue code of our own.
 *
 * <p>"Restricted" are these calls because a wrong description crashes the JVM; the launcher allows them.
 *
 * @param name as the linker knows it, for example {@code libz.so.1}
 */
@SuppressWarnings("restricted")
public record NativeLibrary(String name, SymbolLookup symbols) {

    /** The library, where this host has it. */
    public static Optional<NativeLibrary> find(String name) {
        try {
            return Optional.of(new NativeLibrary(name, SymbolLookup.libraryLookup(name, Arena.global())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A function of the library; {@code descriptor} has to be that of its C declaration. */
    public MethodHandle function(String function, FunctionDescriptor descriptor, Linker.Option... options) {
        var address = symbols.find(function)
                .orElseThrow(() -> new IllegalStateException(name + " has no function " + function));
        return Linker.nativeLinker().downcallHandle(address, descriptor, options);
    }

    /** A call through a method handle, which the compiler believes to throw anything. */
    public interface Call<T> {
        T call() throws Throwable;
    }

    /** Makes a call that can only fail if its description is wrong. */
    public static <T> T call(Call<T> call) {
        try {
            return call.call();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("A native function was described wrongly", e);
        }
    }
}
