/** Build requests, and builds resolved for this host. */
@NullMarked
package dev.cstemplates.pipeline.request;

import org.jspecify.annotations.NullMarked;
