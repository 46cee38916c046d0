/**
 * An emulated CloudStack virtual router: DHCP, DNS, metadata, user data and passwords for one instance, with a log of all requests.
 */
@NullMarked
package dev.cstemplates.validation.router;

import org.jspecify.annotations.NullMarked;
