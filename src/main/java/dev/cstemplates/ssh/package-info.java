/** SSH logins to guests with a given key or password. Depends on no other package. */
@NullMarked
package dev.cstemplates.ssh;

import org.jspecify.annotations.NullMarked;
