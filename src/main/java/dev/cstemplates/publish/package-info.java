/**
 * From a finished artifact to templates that users deploy: profiles, registration and upload, deploy tests, promotion, rotation, the audit
 * log ({@code specs/cloudstack.md}).
 *
 * <p>Knows {@code cloudstack}, {@code delivery}, {@code ssh}, {@code artifact}, {@code catalog} and {@code host}. Knows nothing of HTTP
 * and signing.
 */
@NullMarked
package dev.cstemplates.publish;

import org.jspecify.annotations.NullMarked;
