/** The report of a validation: the results of its checks, and how they are written for programs, CI systems and users. */
@NullMarked
package dev.cstemplates.validation.report;

import org.jspecify.annotations.NullMarked;
