/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A deprecated name of an option or a command. It stays out of the help, still works, and prints a warning that names its replacement; see
 * {@link FormerNames}.
 *
 * <pre>{@code
 * @FormerName("--finish")
 * @Option(names = "--grace-period")
 * private Duration gracePeriod;
 *
 * @FormerName("prune") // was: cst prune
 * @Command(name = "prune")
 * static final class Prune  // now: cst publications prune
 * }</pre>
 */
@Target({ElementType.FIELD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface FormerName {

    /** Of an option with its dashes, {@code --finish}; of a command its name below {@code cst}, {@code prune}. */
    String value();
}
