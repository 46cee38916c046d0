/**
 * A fake CloudStack for tests: a management server and a secondary storage VM on the loopback interface, with the state, responses
 * and pitfalls of a real one.
 *
 * <p>Its behaviour comes from recordings of a real server, and its tests replay them. It shares no code with the client
 * or the disk readers, so that the tests do not miss an error that both would have in common.
 */
@NullMarked
package dev.cstemplates.cloudstack.fake;

import org.jspecify.annotations.NullMarked;
