package dev.cstemplates.engine;

/** What a phase holds of its host until this is closed. */
@FunctionalInterface
public interface AcquiredResources extends AutoCloseable {

    @Override
    void close();
}
