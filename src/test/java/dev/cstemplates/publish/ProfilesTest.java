package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.catalog.DefinitionSchema;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Processes;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfilesTest {

    private static final String ENDPOINT = "endpoint: https://cloud.example.org/client/api\n";

    @TempDir
    private Path folder;

    private final Processes processes = new Processes();
    private Profiles profiles;

    @BeforeEach
    void open() {
        profiles = new Profiles(
                folder,
                Map.of("CST_API_KEY", "api", "CST_SECRET_KEY", "secret", "HOME", folder.toString()),
                processes,
                () -> DefinitionSchema.read(Path.of("configs/cloudstack/profile.schema.json")));
    }

    @AfterEach
    void close() {
        processes.close();
    }

    @Test
    void aShortProfileHasDefaults() {
        profiles.add(
                "prod", ENDPOINT + "credentials:\n  environment: {apiKey: CST_API_KEY, secretKey: CST_SECRET_KEY}\n");

        var profile = profiles.find("prod");
        assertThat(profile.endpoint()).isEqualTo(URI.create("https://cloud.example.org/client/api"));
        assertThat(profile.zones()).isEmpty();
        assertThat(profile.visibility()).isEqualTo(Profile.Audience.PRIVATE);
        assertThat(profile.delivery().upload()).isTrue();
        assertThat(profile.test()).isNull();
        assertThat(profiles.credentials(profile).apiKey()).isEqualTo("api");
        assertThat(profiles.names()).containsExactly("prod");
        profiles.remove("prod");
        assertThat(profiles.names()).isEmpty();
    }

    @Test
    void theShippedExampleIsValid() throws Exception {
        profiles.add("example", Files.readString(Path.of("configs/cloudstack/example.yaml")));

        var profile = profiles.find("example");
        assertThat(profile.zones()).containsExactly("zone-1");
        assertThat(profile.visibility()).isEqualTo(Profile.Audience.PUBLIC);
        assertThat(profile.test()).isEqualTo(new Profile.DeployTestConfig("test-net", "Small Instance", null));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "zonse: [a], zonse",
                "\"credentials: {file: x, command: [y]}\", exactly one",
                "visibility: everyone, visibility",
                "\"delivery: {upload: true, url: 'http://x/'}\", exactly one",
                "endpoint: [, Invalid profile"
            })
    void anInvalidProfileIsReportedAndNotStored(String line, String message) {
        var start = line.startsWith("endpoint") ? "" : ENDPOINT;
        var credentials = line.startsWith("credentials") ? "" : "credentials: {file: keys}\n";

        assertThatThrownBy(() -> profiles.add("bad", start + credentials + line + "\n"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(message);
        assertThat(profiles.names()).isEmpty();
    }

    @Test
    void theEndpointMustBeAUrl() {
        assertThatThrownBy(() -> profiles.add("bad", "credentials: {file: keys}\n"))
                .hasMessageContaining("endpoint");
        assertThatThrownBy(() -> profiles.add("bad", "endpoint: cloud.example.org\ncredentials: {file: keys}\n"))
                .hasMessageContaining("endpoint: expected a uri");
    }

    @Test
    void aFileOfKeysMustBePrivate() throws Exception {
        var keys = Files.writeString(folder.resolve("prod.keys"), "apikey = a\nsecretkey = b=c\n");
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r-----"));
        profiles.add("prod", ENDPOINT + "credentials: {file: prod.keys}\n");
        var profile = profiles.find("prod");

        assertThatThrownBy(() -> profiles.credentials(profile))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.remedy()).startsWith("chmod 600"));
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
        assertThat(profiles.credentials(profile).secretKey()).isEqualTo("b=c");
    }

    @Test
    void readsCloudMonkeysConfiguration() throws Exception {
        var keys = Files.createDirectories(folder.resolve(".cmk")).resolve("config");
        Files.writeString(keys, """
            prompt = x
            profile = two

            [one]
            apikey = a1
            secretkey = s1
            [two]
            url = http://x
            apikey = a2
            secretkey = s2
            """);
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
        profiles.add("used", ENDPOINT + "credentials: {cloudmonkey: {}}\n");
        profiles.add("named", ENDPOINT + "credentials: {cloudmonkey: {profile: one}}\n");

        assertThat(profiles.credentials(profiles.find("used")).apiKey()).isEqualTo("a2");
        assertThat(profiles.credentials(profiles.find("named")).secretKey()).isEqualTo("s1");
    }

    @Test
    void theOutputOfAFailingCredentialsCommandIsNotReported() {
        profiles.add("good", ENDPOINT + "credentials: {command: [printf, \"apikey=a\\nsecretkey=b\\n\"]}\n");
        profiles.add("failing", ENDPOINT + "credentials: {command: [sh, -c, \"echo secretkey=hidden; exit 3\"]}\n");

        assertThat(profiles.credentials(profiles.find("good")).secretKey()).isEqualTo("b");
        assertThatThrownBy(() -> profiles.credentials(profiles.find("failing")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("exit code 3")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void theErrorOfAMissingProfileListsTheExistingOnes() {
        profiles.add("prod", ENDPOINT + "credentials: {file: x}\n");

        assertThatThrownBy(() -> profiles.find("prd"))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.remedy()).contains("prod"));
        assertThatThrownBy(() -> profiles.find("../x")).hasMessageContaining("Invalid profile name");
    }
}
