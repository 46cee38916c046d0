/** Commands that publish to and manage templates in CloudStack. */
@NullMarked
package dev.cstemplates.cli.cloud;

import org.jspecify.annotations.NullMarked;
