/**
 * A CloudStack for tests: a management server and a secondary storage VM on this machine's loopback, with the state, the answers
 * and the traps of a real one.
 *
 * <p>What it does was taken from recordings of a real server, against which it is tested itself. It shares no code with the client
 * or with the disk readers: what both got wrong would pass unseen.
 */
@NullMarked
package dev.cstemplates.cloudstack.standin;

import org.jspecify.annotations.NullMarked;
