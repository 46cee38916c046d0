/**
 * Validates templates: the format of their disks, their content without booting them ({@code offline}), and their behaviour when booted
 * ({@code boot}) under an emulated CloudStack virtual router ({@code router}). All results end in one {@code report}.
 */
@NullMarked
package dev.cstemplates.validation;

import org.jspecify.annotations.NullMarked;
