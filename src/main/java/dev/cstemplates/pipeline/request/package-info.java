/** Build requests, and what they mean on this host. */
@NullMarked
package dev.cstemplates.pipeline.request;

import org.jspecify.annotations.NullMarked;
