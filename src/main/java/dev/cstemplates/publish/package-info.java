/**
 * From a finished artifact to templates that users deploy: profiles, registration and upload, deploy tests, promotion, rotation, the audit
 * log ({@code specs/cloudstack.md}).
 *
 * <p>HTTP and signing are in {@code cloudstack}.
 */
@NullMarked
package dev.cstemplates.publish;

import org.jspecify.annotations.NullMarked;
