package dev.cstemplates.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.host.process.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher in a small checkout, with scripts that record their arguments in place of the JDK and the Maven wrapper. */
class LauncherTest {

    private static final List<String> ORDINARY_PROGRAMS = List.of(
            "env",
            "cat",
            "cp",
            "dirname",
            "find",
            "flock",
            "id",
            "mkdir",
            "mv",
            "ln",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "tail",
            "touch",
            "uname");

    @TempDir
    Path folder;

    private Path checkout = Path.of("/nowhere");
    private Path programs = Path.of("/nowhere");
    private final Map<String, String> environment = new TreeMap<>();

    record Result(int exitCode, String output, String errors) {}

    @BeforeEach
    void createCheckout() throws IOException {
        checkout = folder.resolve("a checkout");
        Files.createDirectories(checkout.resolve("scripts"));
        Files.createDirectories(checkout.resolve(".mvn"));
        Files.createDirectories(checkout.resolve("src/main/java"));
        for (var data : List.of("templates", "configs")) {
            Files.writeString(Files.createDirectories(checkout.resolve(data)).resolve("data"), "first version");
        }
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        Files.writeString(checkout.resolve("src/main/java/Main.java"), "");
        for (var file : List.of("cst", "scripts/jdk.sh")) {
            Files.copy(Path.of(file), checkout.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        wrapper("mkdir -p target/lib && echo jar >target/cst.jar && echo lib >target/lib/lib.jar");

        programs = Files.createDirectories(folder.resolve("programs"));
        var path = SearchPath.of(System.getenv());
        for (var name : ORDINARY_PROGRAMS) {
            executable(Files.writeString(
                    programs.resolve(name),
                    "#!/bin/bash\nexec '" + path.find(name).orElseThrow() + "' \"$@\"\n"));
        }
        environment.put("PATH", programs.toString());
        environment.put("HOME", folder.toString());
        jdk("25.0.3");
        environment.put("CST_JVM_FOLDERS", folder.resolve("jdks-25.0.3").toString());
    }

    @Test
    void buildsOnceAndStartsJava() throws Exception {
        var first = run("show", "two words");
        var second = run("list");

        assertThat(first.exitCode()).isZero();
        assertThat(first.errors()).contains("building");
        assertThat(first.output())
                .contains("-Dcst.root=" + snapshot(1), "-Dcst.checkout=" + checkout, "cst.jar")
                .endsWith("[show] [two words]\n");
        assertThat(second.errors()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildsAgainWhenASourceWasChangedOrRemoved() throws Exception {
        run("list");
        change(checkout.resolve("pom.xml"));
        run("list");
        assertThat(builds()).isEqualTo(2);

        Files.delete(checkout.resolve("src/main/java/Main.java"));
        run("list");
        assertThat(builds()).isEqualTo(3);

        run("list");
        assertThat(builds()).isEqualTo(3);
    }

    @Test
    void aFailedBuildPrintsTheCauseAndChangesNothing() throws Exception {
        run("list");
        change(checkout.resolve("pom.xml"));
        wrapper("echo broken >target/cst.jar; echo 'Main.java:[3,1] class expected'; exit 1");

        var failed = run("list");

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.errors()).contains("Main.java:[3,1] class expected", "the build failed");
        assertThat(failed.output()).isEmpty();
        assertThat(checkout.resolve("target/launch/1/cst.jar")).hasContent("jar\n");
        assertThat(checkout.resolve("target/launch/2")).doesNotExist();
    }

    @Test
    void onlyOneOfSeveralLaunchersBuilds() throws Exception {
        wrapper("sleep 1; mkdir -p target/lib && echo jar >target/cst.jar && echo lib >target/lib/lib.jar");

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = threads.invokeAll(Collections.nCopies(3, (Callable<Result>) () -> run("list")));
            for (var each : all) {
                assertThat(each.get().exitCode()).isZero();
            }
        }

        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void worksThroughASymbolicLink() throws Exception {
        var link = Files.createSymbolicLink(programs.resolve("cst"), checkout.resolve("cst"));

        var result = execute(folder, link.toString(), "list");

        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).contains("-Dcst.checkout=" + checkout.toRealPath());
    }

    @Test
    void aChangedDefinitionNeedsNoCompilation() throws Exception {
        run("list");
        Files.writeString(checkout.resolve("templates/data"), "second version");
        Files.createFile(snapshot(1).resolve("start-1.aot"));

        var second = run("list");

        assertThat(second.errors()).isEmpty();
        assertThat(second.output()).contains("-Dcst.root=" + snapshot(2));
        assertThat(builds()).isEqualTo(1);
        assertThat(snapshot(2).resolve("templates/data")).hasContent("second version");
        assertThat(snapshot(2).resolve("lib/lib.jar")).exists();
        assertThat(snapshot(2).resolve("start-1.aot")).exists();
    }

    @Test
    void theSnapshotOfARunningProcessIsNeitherChangedNorRemoved() throws Exception {
        run("list");
        try (var running = start("wait")) {
            running.awaitStart();
            Files.writeString(checkout.resolve("templates/data"), "second version");
            change(checkout.resolve("pom.xml"));

            assertThat(run("list").output()).contains("-Dcst.root=" + snapshot(2));
            Files.writeString(checkout.resolve("configs/data"), "third version");
            assertThat(run("list").output()).contains("-Dcst.root=" + snapshot(3));

            assertThat(snapshot(1).resolve("templates/data")).hasContent("first version");
            assertThat(snapshot(1).resolve("cst.jar")).exists();
            assertThat(snapshot(2)).as("nothing runs from it").doesNotExist();
        }
        Files.writeString(checkout.resolve("templates/data"), "fourth version");
        run("list");
        assertThat(snapshot(1)).doesNotExist();
        assertThat(snapshot(3)).doesNotExist();
        assertThat(snapshot(4)).isDirectory();
    }

    @Test
    void aPullDuringTheBuildRestartsIt() throws Exception {
        wrapper("""
            mkdir -p target/lib && cp src/main/java/Main.java target/cst.jar && echo lib >target/lib/lib.jar
            if [ ! -e pulled ]; then touch pulled; echo new >src/main/java/Main.java; echo new >templates/data; fi\
            """);

        var result = run("list");

        assertThat(result.exitCode()).isZero();
        assertThat(result.errors()).contains("the sources changed during the build");
        assertThat(snapshot(1).resolve("cst.jar")).hasContent("new");
        assertThat(snapshot(1).resolve("templates/data")).hasContent("new");
    }

    @Test
    void aSnapshotOfAnOlderLauncherIsReplacedButKept() throws Exception {
        Files.createDirectories(snapshot(1));
        Files.writeString(snapshot(1).resolve("cst.jar"), "in use, without a lock");
        Files.createFile(snapshot(1).resolve("built"));

        assertThat(run("list").output()).contains("-Dcst.root=" + snapshot(2));

        assertThat(builds()).isEqualTo(1);
        assertThat(snapshot(1).resolve("cst.jar")).exists();
    }

    private Path snapshot(int number) {
        return checkout.resolve("target/launch/" + number);
    }

    @Test
    void returnsTheExitCodeOfJava() throws Exception {
        run("list");

        assertThat(run("fail").exitCode()).isEqualTo(7);
    }

    @Test
    void prefersTheConfiguredJdkAndSkipsOldOnes() throws Exception {
        var named = jdk("26");
        environment.put("JAVA_HOME", jdk("17.0.15").toString());
        assertThat(run("list").output()).contains("java 25.0.3");

        environment.put("CST_JAVA_HOME", named.toString());
        assertThat(run("list").output()).contains("java 26");

        environment.put("CST_JAVA_HOME", folder.toString());
        var wrong = run("list");
        assertThat(wrong.output()).contains("java 25.0.3");
        assertThat(wrong.errors()).contains("CST_JAVA_HOME=" + folder + " is not a JDK 25 or newer");
    }

    @Test
    void withoutAJdkItPrintsHowToInstallOne() throws Exception {
        environment.put("CST_JVM_FOLDERS", folder.resolve("empty").toString());
        environment.put("JAVA_HOME", jdk("21.0.9").toString());

        var debian = runOn("ID=debian\nVERSION_CODENAME=bookworm\n");
        assertThat(debian.exitCode()).isEqualTo(3);
        assertThat(debian.output()).isEmpty();
        assertThat(debian.errors()).contains("JDK 25", "apt-get install -y temurin-25-jdk", "/deb bookworm main");
        assertThat(runOn("ID=rocky\nID_LIKE='rhel centos fedora'\n").errors())
                .contains("dnf install -y java-25-openjdk-devel");
        assertThat(runOn("ID=opensuse-leap\nID_LIKE='suse opensuse'\n").errors())
                .contains("zypper");
        assertThat(runOn("ID=arch\n").errors()).contains("tar -xz -C ~/.jdks");

        Files.writeString(programs.resolve("apt-cache"), "#!/bin/sh\nexit 0\n");
        executable(programs.resolve("apt-cache"));
        assertThat(runOn("ID=ubuntu\nID_LIKE=debian\n").errors())
                .contains("apt-get install -y openjdk-25-jdk-headless")
                .doesNotContain("temurin");
    }

    private Result runOn(String osRelease) throws Exception {
        environment.put(
                "CST_OS_RELEASE",
                Files.writeString(folder.resolve("os-release"), osRelease).toString());
        return run("list");
    }

    private Result run(String... arguments) throws Exception {
        var argv = new ArrayList<>(List.of(checkout.resolve("cst").toString()));
        argv.addAll(List.of(arguments));
        return execute(checkout, argv.toArray(String[]::new));
    }

    private Result execute(Path directory, String... argv) throws Exception {
        var output = Files.createTempFile(folder, "output", "");
        var errors = Files.createTempFile(folder, "errors", "");
        var builder = new ProcessBuilder(argv)
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        var exitCode = builder.start().waitFor();
        return new Result(
                exitCode, Files.readString(output), Files.readString(errors).replaceAll("cst: preparing.*\n", ""));
    }

    /** A cst that runs until it is closed. */
    private Running start(String argument) throws IOException {
        var builder = new ProcessBuilder(checkout.resolve("cst").toString(), argument)
                .directory(checkout.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Running(builder.start());
    }

    private record Running(Process process) implements AutoCloseable {

        void awaitStart() throws IOException {
            assertThat(process.inputReader().readLine()).startsWith("java");
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            assertThat(process.onExit().join().exitValue()).isZero();
        }
    }

    /** A Maven wrapper that counts its calls. */
    private void wrapper(String body) throws IOException {
        executable(Files.writeString(
                checkout.resolve("mvnw"), "#!/bin/bash\necho call >>'" + folder + "/builds'\n" + body + "\n"));
    }

    private int builds() throws IOException {
        return Files.readAllLines(folder.resolve("builds")).size();
    }

    /** A JDK whose java prints its arguments. The last one may be {@code fail}, which exits with 7, or {@code wait}, which reads standard input. */
    private Path jdk(String version) throws IOException {
        var home = folder.resolve("jdks-" + version).resolve("jdk");
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(Files.writeString(home.resolve("bin/javac"), "#!/bin/bash\n"));
        executable(Files.writeString(
                home.resolve("bin/java"),
                "#!/bin/bash\necho 'java " + version
                        + "'\n"
                        + "printf '[%s] ' \"${@:1:$#-1}\"; echo \"[${!#}]\"\n"
                        + "[ \"${!#}\" != fail ] || exit 7\n"
                        + "[ \"${!#}\" != wait ] || read -r _ || exit 0\n"));
        return home;
    }

    private static void executable(Path file) {
        if (!file.toFile().setExecutable(true)) {
            throw new IllegalStateException("no execute permission for " + file);
        }
    }

    private static void change(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    }
}
