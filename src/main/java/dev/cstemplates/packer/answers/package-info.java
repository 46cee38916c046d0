/**
 * Answer files: what vendors' installers are told so that they ask nobody.
 *
 * <p>Documents of a structured language (YAML, JSON, XML) are written from a tree, so that no value can break out of its place.
 * Preseeds and kickstarts, which have no escaping to speak of, are rendered by FreeMarker from values that {@link
 * dev.cstemplates.packer.answers.InstallerAnswers} has checked.
 */
@NullMarked
package dev.cstemplates.packer.answers;

import org.jspecify.annotations.NullMarked;
