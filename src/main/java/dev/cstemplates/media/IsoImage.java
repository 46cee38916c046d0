package dev.cstemplates.media;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Extracts files from an ISO 9660 image with xorriso: without root, without mounting it, and without trusting its content. */
public final class IsoImage {

    private static final int SECTOR = 2048;
    private static final int FIRST_DESCRIPTOR = 16;
    private static final int DESCRIPTORS = 16;
    private static final int PRIMARY = 1;
    private static final String MAGIC = "CD001";
    private static final int LABEL_AT = 40;
    private static final int LABEL_LENGTH = 32;

    private static final int LINKS = 8;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Characters that xorriso takes literally, without expanding them. */
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._+@~-]+)+");

    /** {@code -rw-r--r--    1 0        0               7 Nov 24 23:15 '/casper/vmlinuz'}, a link with {@code -> 'target'}. */
    private static final Pattern LISTED =
            Pattern.compile("(?<type>[-dlbcps])\\S{9,11} +\\d+ +\\S+ +\\S+ +(?<size>\\d+) .*? '(?<path>/[^']*)'"
                    + "(?: -> '(?<link>[^']*)')?");

    private final Path file;
    private final String label;
    private final Processes processes;

    private IsoImage(Path file, String label, Processes processes) {
        this.file = file;
        this.label = label;
        this.processes = processes;
    }

    /** Opens an image; a {@link Failure} of kind build if the file is not an ISO 9660 image. */
    public static IsoImage open(Path file, Processes processes) {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            return new IsoImage(file, readLabel(file, in), processes);
        } catch (IOException e) {
            throw Failure.host("Cannot read " + file + ": " + e, "Check that the file exists and is readable.")
                    .because(e);
        }
    }

    private static String readLabel(Path file, RandomAccessFile in) throws IOException {
        var descriptor = new byte[SECTOR];
        for (var number = FIRST_DESCRIPTOR; number < FIRST_DESCRIPTOR + DESCRIPTORS; number++) {
            if (in.length() < (number + 1L) * SECTOR) {
                break;
            }
            in.seek((long) number * SECTOR);
            in.readFully(descriptor);
            var magic = new String(descriptor, 1, MAGIC.length(), StandardCharsets.US_ASCII);
            if (!magic.equals(MAGIC)) {
                break;
            }
            if (descriptor[0] == PRIMARY) {
                return new String(descriptor, LABEL_AT, LABEL_LENGTH, StandardCharsets.ISO_8859_1).strip();
            }
        }
        throw Failure.build(
                file + " is not an ISO 9660 image",
                "Pass an installer ISO rather than a disk image or a compressed download.");
    }

    /** The volume label, as used in {@code inst.stage2=hd:LABEL=…}; may be empty. */
    public String label() {
        return label;
    }

    /**
     * Extracts one file. Symbolic links are followed inside the image only.
     *
     * @param path absolute in the image: {@code /casper/vmlinuz}
     * @param target the copy; its folder is created, an existing file is replaced atomically
     * @param limit maximum size
     * @return {@code target}
     */
    public Path extract(String path, Path target, ByteSize limit) {
        requirePath(path, path);
        var found = find(path);
        if (found.size() > limit.bytes()) {
            throw Failure.build(
                    "%s in %s has a size of %s, expected at most %s"
                            .formatted(path, file, new ByteSize(found.size()), limit),
                    "Check that this is the path of a kernel or initrd.");
        }
        CstHome.createDirectories(FileTrees.parentOf(target));
        var arriving = target.resolveSibling(target.getFileName() + ".part");
        try {
            Files.deleteIfExists(arriving);
            processes.check(xorriso("-osirrox", "on")
                    .with("-indev", file.toString(), "-extract", found.path(), arriving.toString()));
            requireCopy(found, arriving);
            AtomicFiles.replace(arriving, target);
            return target;
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot extract %s from %s: %s".formatted(path, file, e),
                            "Check for a full disk: df -h " + FileTrees.parentOf(target))
                    .because(e);
        }
    }

    private void requireCopy(IsoEntry found, Path copy) throws IOException {
        if (!Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS) || Files.size(copy) != found.size()) {
            Files.deleteIfExists(copy);
            throw Failure.build(
                    "%s extracted from %s does not match the image's directory".formatted(found.path(), file),
                    "The image is damaged. Download it again.");
        }
    }

    private record IsoEntry(String path, char type, long size, Optional<String> link) {}

    /** The regular file at a path, with links resolved. */
    private IsoEntry find(String asked) {
        var path = asked;
        for (var followed = 0; followed <= LINKS; followed++) {
            var way = list(path);
            var link = way.stream().filter(entry -> entry.link().isPresent()).findFirst();
            if (link.isPresent()) {
                path = behind(link.get(), path, asked);
                continue;
            }
            var wanted = path;
            var last = way.stream().filter(entry -> entry.path().equals(wanted)).findFirst();
            return last.filter(entry -> entry.type() == '-')
                    .orElseThrow(() -> missing(asked, last.isPresent() ? "it is not a file" : "there is no such file"));
        }
        throw missing(asked, "too many symbolic links");
    }

    private String behind(IsoEntry link, String path, String asked) {
        var rest = path.substring(link.path().length());
        var target = Path.of(link.path()).resolveSibling(link.link().orElseThrow());
        var resolved = target.normalize() + rest;
        requirePath(resolved, asked);
        return resolved;
    }

    /** The entries at a path and its parent folders; missing ones are left out. */
    private List<IsoEntry> list(String path) {
        var way = new ArrayList<String>();
        for (var each = Path.of(path); each != null && each.getNameCount() > 0; each = each.getParent()) {
            way.addFirst(each.toString());
        }
        var arguments = new ArrayList<>(List.of("-indev", file.toString(), "-lsdl"));
        arguments.addAll(way);
        arguments.add("--");
        var result = processes.check(xorriso(arguments.toArray(String[]::new)));
        return result.lines().stream()
                .map(LISTED::matcher)
                .filter(matcher -> matcher.matches() && way.contains(matcher.group("path")))
                .map(matcher -> new IsoEntry(
                        matcher.group("path"),
                        matcher.group("type").charAt(0),
                        Long.parseLong(matcher.group("size")),
                        Optional.ofNullable(matcher.group("link"))))
                .toList();
    }

    /** Ignores the user's start-up files, and prints English messages. */
    private static Command xorriso(String... arguments) {
        return Command.of("xorriso", "-no_rc").with(arguments).timeout(LIMIT);
    }

    private void requirePath(String path, String asked) {
        if (!PATH.matcher(path).matches()
                || !Path.of(path).normalize().toString().equals(path)) {
            throw Failure.usage(
                    path.equals(asked)
                            ? "Invalid path in an ISO image: '" + path + "'"
                            : "'%s' in %s links to '%s'".formatted(asked, file, path),
                    "Use an absolute path of plain names, without '..': /casper/vmlinuz");
        }
    }

    private Failure missing(String path, String why) {
        return Failure.build(
                "%s does not contain %s: %s".formatted(file, path, why),
                "List its files: xorriso -indev %s -find / -type f".formatted(file));
    }
}
