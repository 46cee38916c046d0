package dev.cstemplates.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * A C library of this host, called through the foreign function API.
 *
 * <p>These calls are "restricted" because a wrong descriptor crashes the JVM; the launcher enables them.
 *
 * @param name file name, for example {@code libz.so.1}
 */
@SuppressWarnings("restricted")
public record NativeLibrary(String name, SymbolLookup symbols) {

    /** The library; empty if it is not installed. */
    public static Optional<NativeLibrary> find(String name) {
        try {
            return Optional.of(new NativeLibrary(name, SymbolLookup.libraryLookup(name, Arena.global())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A function of the library; {@code descriptor} must match its C declaration. */
    public MethodHandle function(String function, FunctionDescriptor descriptor, Linker.Option... options) {
        var address = symbols.find(function)
                .orElseThrow(() -> new IllegalStateException(name + " has no function " + function));
        return Linker.nativeLinker().downcallHandle(address, descriptor, options);
    }

    /** A call through a method handle, whose signature allows any exception. */
    public interface Call<T> {
        T call() throws Throwable;
    }

    /** Makes a call that fails only if its descriptor is wrong. */
    public static <T> T call(Call<T> call) {
        try {
            return call.call();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("Wrong descriptor of a native function", e);
        }
    }
}
