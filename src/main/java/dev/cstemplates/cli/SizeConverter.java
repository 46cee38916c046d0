package dev.cstemplates.cli;

import dev.cstemplates.host.ByteSize;
import dev.cstemplates.host.Failure;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 50GiB}, and {@code 50G} for the same. */
final class SizeConverter implements ITypeConverter<ByteSize> {

    @Override
    public ByteSize convert(String text) {
        try {
            return ByteSize.parse(text.matches("\\d+[KMGT]") ? text + "iB" : text);
        } catch (Failure failure) {
            throw new TypeConversionException(failure.message() + ". " + failure.remedy());
        }
    }
}
