package dev.cstemplates.validation.boot;

import dev.cstemplates.validation.BootValidation;
import dev.cstemplates.validation.router.Fault;
import java.util.Set;

/**
 * What the boot check's own process is to do.
 *
 * @param misbehaviours none, except in tests
 * @param firstBootOnly leaves out the second and third boot
 */
public record BootPlan(BootValidation.Request request, Set<Fault> misbehaviours, boolean firstBootOnly) {}
