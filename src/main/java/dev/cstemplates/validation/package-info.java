/**
 * Whether a disk is a good CloudStack template: format, offline and boot checks, the emulated virtual router, reports.
 *
 * <p>Knows {@code guest}, {@code disk} and {@code host}. Does not know the CloudStack API.
 */
@NullMarked
package dev.cstemplates.validation;

import org.jspecify.annotations.NullMarked;
