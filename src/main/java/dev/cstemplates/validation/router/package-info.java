/**
 * An emulated CloudStack virtual router: DHCP, DNS, metadata, user data and passwords for one instance, as CloudStack's own
 * router gives them, and a record of everything that was asked.
 */
@NullMarked
package dev.cstemplates.validation.router;

import org.jspecify.annotations.NullMarked;
