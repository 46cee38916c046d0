/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 50GiB}, and {@code 50G} for the same. */
public final class SizeConverter implements ITypeConverter<ByteSize> {

    @Override
    public ByteSize convert(String text) {
        try {
            return ByteSize.parse(text.matches("\\d+[KMGT]") ? text + "iB" : text);
        } catch (Failure failure) {
            throw new TypeConversionException(failure.message() + ". " + failure.remedy());
        }
    }
}
