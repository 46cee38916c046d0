/**
 * A client of Apache CloudStack's API, 4.18 to 4.23: signing, calls, lists, jobs, errors, and the calls that templates need, typed. What
 * a template is good for it does not know ({@code specs/cloudstack.md} has the traps that it is made around).
 *
 * <p>Knows {@code host}.
 */
@NullMarked
package dev.cstemplates.cloudstack;

import org.jspecify.annotations.NullMarked;
