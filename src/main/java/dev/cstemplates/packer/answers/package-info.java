/**
 * Answer files for unattended installations.
 *
 * <p>Structured formats (YAML, JSON, XML) are written from a tree, so that values are escaped correctly. Preseeds and kickstarts, which
 * have practically no escaping, are rendered by FreeMarker from values that {@link
 * dev.cstemplates.packer.answers.InstallerAnswers} has checked.
 */
@NullMarked
package dev.cstemplates.packer.answers;

import org.jspecify.annotations.NullMarked;
