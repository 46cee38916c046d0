/** What a build is asked to do, and what that means on this host. */
@NullMarked
package dev.cstemplates.pipeline.request;

import org.jspecify.annotations.NullMarked;
