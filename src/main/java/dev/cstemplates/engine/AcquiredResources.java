package dev.cstemplates.engine;

/** The resources that a phase holds until this is closed. */
@FunctionalInterface
public interface AcquiredResources extends AutoCloseable {

    @Override
    void close();
}
