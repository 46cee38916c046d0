package dev.cstemplates;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the code against the table "Allowed package dependencies" in specs/architecture.md. */
class ArchitectureTest {

    private static final String ROOT = "dev.cstemplates.";

    /** {@code | `package` | what it owns | what it may depend on |}. */
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| .* \\| ([\\w, ]+) \\|");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.cstemplates");

    @Test
    void everyPackageDependsOnlyOnWhatTheTableAllows() throws IOException {
        var allowed = allowed();
        var violations = new TreeSet<String>();
        for (var type : CLASSES) {
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                if (dependency.getTargetClass().getPackageName().startsWith(ROOT) && !isAllowed(allowed, dependency)) {
                    violations.add(dependency.getDescription());
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void theTableListsEveryPackage() throws IOException {
        assertThat(CLASSES.stream().map(type -> top(type.getPackageName())).collect(Collectors.toSet()))
                .isEqualTo(allowed().keySet());
    }

    @Test
    void packagesFormNoCycle() {
        SlicesRuleDefinition.slices()
                .matching("dev.cstemplates.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /** The folders of a package, and the classes at its top as one more. */
    @ParameterizedTest
    @ValueSource(strings = {"cli", "disk", "host", "pipeline", "validation"})
    void foldersOfAPackageFormNoCycle(String name) {
        SlicesRuleDefinition.slices()
                .assignedFrom(foldersOf(ROOT + name))
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /** Readers and writers of one format depend neither on those of another nor on their callers. */
    @Test
    void foldersOfDiskBuildOnEachOther() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("dev.cstemplates.disk.io")
                .should()
                .dependOnClassesThat(resideOutside("dev.cstemplates.disk.io"))
                .check(CLASSES);
        for (var format : List.of("raw", "qcow2", "vhd", "ova")) {
            ArchRuleDefinition.noClasses()
                    .that()
                    .resideInAPackage("dev.cstemplates.disk." + format)
                    .should()
                    .dependOnClassesThat(resideOutside(
                            "dev.cstemplates.disk.io", "dev.cstemplates.disk.codec", "dev.cstemplates.disk." + format))
                    .check(CLASSES);
        }
    }

    private static DescribedPredicate<JavaClass> resideOutside(String... allowed) {
        return JavaClass.Predicates.resideInAPackage("dev.cstemplates.disk..")
                .and(JavaClass.Predicates.resideOutsideOfPackages(allowed));
    }

    private static SliceAssignment foldersOf(String root) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                var name = type.getPackageName();
                return name.equals(root) || name.startsWith(root + ".")
                        ? SliceIdentifier.of(name)
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "folders of " + root;
            }
        };
    }

    private static boolean isAllowed(Map<String, Set<String>> allowed, Dependency dependency) {
        var origin = top(dependency.getOriginClass().getPackageName());
        var target = top(dependency.getTargetClass().getPackageName());
        return origin.equals(target) || allowed.getOrDefault(origin, Set.of()).contains(target);
    }

    private static String top(String packageName) {
        return packageName.substring(ROOT.length()).split("\\.", 2)[0];
    }

    private static Map<String, Set<String>> allowed() throws IOException {
        var allowed = new TreeMap<String, Set<String>>();
        for (var line : section().lines().toList()) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                allowed.put(
                        row.group(1),
                        Arrays.stream(row.group(2).split(", "))
                                .filter(name -> !name.equals("nothing"))
                                .collect(Collectors.toSet()));
            }
        }
        assertThat(allowed).as("rows of the table").hasSizeGreaterThan(10);
        return allowed;
    }

    /** The text from the table's heading to the next one. */
    private static String section() throws IOException {
        var text = Files.readString(Path.of("specs/architecture.md"));
        return text.split("\n## Allowed package dependencies\n", 2)[1].split("\n## ", 2)[0];
    }
}
