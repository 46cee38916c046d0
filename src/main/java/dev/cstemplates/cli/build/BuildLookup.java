package dev.cstemplates.cli.build;

import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;

/** Finds the build that a person means. */
final class BuildLookup {

    private BuildLookup() {}

    /** The build of this id, or the newest whose id begins so: {@code debian-12} is the newest build of Debian 12. */
    static BuildRecord named(BuildRepository book, String name) {
        return book.find(name)
                .or(() -> book.newestLike(name))
                .orElseThrow(() -> Failure.usage("There is no build '" + name + "'", "'cst status' shows the builds."));
    }
}
