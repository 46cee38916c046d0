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

/** Files read out of an ISO 9660 image, by xorriso: without root, without mounting it, and without believing it. */
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

    /** What xorriso takes as it is; everything that it would expand is left out. */
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

    /** A {@link Failure} of kind build where the file is no ISO 9660 image. */
    public static IsoImage open(Path file, Processes processes) {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            return new IsoImage(file, readLabel(file, in), processes);
        } catch (IOException e) {
            throw Failure.host(file + " can't be read: " + e, "Is it there, and readable?")
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
                file + " is no ISO 9660 image",
                "Name an installer ISO. A disk image or a compressed download is none.");
    }

    /** The volume's label, as {@code inst.stage2=hd:LABEL=…} wants it; may be empty. */
    public String label() {
        return label;
    }

    /**
     * Copies one file out of the image. Links in the image are followed inside the image only.
     *
     * @param path absolute in the image: {@code /casper/vmlinuz}
     * @param target the copy; made with its folder, replaces what is there in one step
     * @param limit the largest size that is copied
     * @return {@code target}
     */
    public Path extract(String path, Path target, ByteSize limit) {
        requirePath(path, path);
        var found = find(path);
        if (found.size() > limit.bytes()) {
            throw Failure.build(
                    "%s in %s is %s large; %s at most was expected"
                            .formatted(path, file, new ByteSize(found.size()), limit),
                    "Is this the path of a kernel or initrd?");
        }
        CstHome.made(FileTrees.parentOf(target));
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
                            "%s can't be copied out of %s: %s".formatted(path, file, e),
                            "Look for a full disk: df -h " + FileTrees.parentOf(target))
                    .because(e);
        }
    }

    private void requireCopy(Entry found, Path copy) throws IOException {
        if (!Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS) || Files.size(copy) != found.size()) {
            Files.deleteIfExists(copy);
            throw Failure.build(
                    "%s in %s is not what the image says of it".formatted(found.path(), file),
                    "The image is damaged: download it again.");
        }
    }

    private record Entry(String path, char type, long size, Optional<String> link) {}

    /** The regular file that a path leads to. */
    private Entry find(String asked) {
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
                    .orElseThrow(() -> lacks(asked, last.isPresent() ? "it is no file" : "there is nothing"));
        }
        throw lacks(asked, "it is a link that leads nowhere");
    }

    private String behind(Entry link, String path, String asked) {
        var rest = path.substring(link.path().length());
        var target = Path.of(link.path()).resolveSibling(link.link().orElseThrow());
        var resolved = target.normalize() + rest;
        requirePath(resolved, asked);
        return resolved;
    }

    /** What the image has at a path and at the folders above it; what is missing is left out. */
    private List<Entry> list(String path) {
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
                .map(matcher -> new Entry(
                        matcher.group("path"),
                        matcher.group("type").charAt(0),
                        Long.parseLong(matcher.group("size")),
                        Optional.ofNullable(matcher.group("link"))))
                .toList();
    }

    /** No start-up file of the user's has a say, and messages are in English. */
    private static Command xorriso(String... arguments) {
        return Command.of("xorriso", "-no_rc").with(arguments).timeout(LIMIT);
    }

    private void requirePath(String path, String asked) {
        if (!PATH.matcher(path).matches()
                || !Path.of(path).normalize().toString().equals(path)) {
            throw Failure.usage(
                    path.equals(asked)
                            ? "'" + path + "' is no path in an ISO image"
                            : "'%s' in %s leads to '%s'".formatted(asked, file, path),
                    "Write an absolute path of plain names, without '..': /casper/vmlinuz");
        }
    }

    private Failure lacks(String path, String why) {
        return Failure.build(
                "%s holds no %s: %s".formatted(file, path, why),
                "See what it holds: xorriso -indev %s -find / -type f".formatted(file));
    }
}
