/** What phases leave on disk: the layer store, its locks, pruning, and layers shared among hosts. */
@NullMarked
package dev.cstemplates.pipeline.layer;

import org.jspecify.annotations.NullMarked;
