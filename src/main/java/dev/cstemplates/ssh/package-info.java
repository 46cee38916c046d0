/**
 * Logging in to guests over SSH, with a given key or password and nothing of this host's user.
 *
 * <p>Knows no other room.
 */
@NullMarked
package dev.cstemplates.ssh;

import org.jspecify.annotations.NullMarked;
