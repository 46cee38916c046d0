/**
 * Publishes artifacts as templates: profiles, registration and upload, deploy tests, promotion, rotation, the audit
 * log ({@code specs/cloudstack.md}).
 *
 * <p>HTTP and signing are in {@code cloudstack}.
 */
@NullMarked
package dev.cstemplates.publish;

import org.jspecify.annotations.NullMarked;
