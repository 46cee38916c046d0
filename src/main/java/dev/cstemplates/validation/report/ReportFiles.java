package dev.cstemplates.validation.report;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a report for programs, for CI systems and for users. */
public final class ReportFiles {

    /** Names of the files that {@link #write} writes. */
    public static final String JSON = "report.json";

    public static final String JUNIT = "junit.xml";
    public static final String HTML = "report.html";

    /**
     * Writes {@code report.json}, {@code junit.xml} and {@code report.html} into {@code folder}, each atomically.
     *
     * @throws Failure of kind host when a file cannot be written
     */
    public void write(Report report, Path folder) {
        CstHome.createDirectories(folder);
        put(folder.resolve(JSON), new JsonReport().render(report));
        put(folder.resolve(JUNIT), new JunitReport().render(report));
        put(folder.resolve(HTML), new HtmlReport().render(report));
    }

    private static void put(Path file, String text) {
        try {
            AtomicFiles.write(file, TextSanitizer.wellFormed(text));
        } catch (IOException e) {
            throw Failure.host("Cannot write the report " + file + ": " + e, "Check free disk space and permissions.")
                    .because(e);
        }
    }
}
