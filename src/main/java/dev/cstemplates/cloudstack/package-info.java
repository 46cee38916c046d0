/**
 * A client of Apache CloudStack's API, 4.18 to 4.23: signing, calls, lists, jobs, errors, and the typed calls that templates need
 * ({@code specs/cloudstack.md}).
 */
@NullMarked
package dev.cstemplates.cloudstack;

import org.jspecify.annotations.NullMarked;
