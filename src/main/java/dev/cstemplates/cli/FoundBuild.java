package dev.cstemplates.cli;

import dev.cstemplates.engine.BuildBook;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.host.Failure;

/** Finds the build that a person means. */
final class FoundBuild {

    private FoundBuild() {}

    /** The build of this id, or the newest whose id begins so: {@code debian-12} is the newest build of Debian 12. */
    static BuildRecord named(BuildBook book, String name) {
        return book.find(name)
                .or(() -> book.newestLike(name))
                .orElseThrow(() -> Failure.usage("There is no build '" + name + "'", "'cst status' shows the builds."));
    }
}
