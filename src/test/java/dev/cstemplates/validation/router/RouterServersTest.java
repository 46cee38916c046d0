package dev.cstemplates.validation.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterServersTest {

    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private RouterLog log;
    private MetadataServer metadata;
    private PasswordServer passwords;

    @BeforeEach
    void start() {
        log = new RouterLog(folder.resolve("router.jsonl"));
        serve(instance("127.0.0.1"), false);
    }

    @AfterEach
    void stop() {
        metadata.close();
        passwords.close();
        log.close();
        client.close();
    }

    @Test
    void everyListedKeyExists() throws Exception {
        var list = get("/latest/meta-data/");

        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(list.body().lines())
                .contains("instance-id", "local-hostname", "local-ipv4", "public-keys", "service-offering", "vm-id");
        for (var key : list.body().lines().toList()) {
            assertThat(get("/latest/meta-data/" + key).statusCode()).as(key).isEqualTo(200);
        }
        assertThat(get("/latest/meta-data/instance-id").body()).isEqualTo(ID.toString());
        assertThat(get("/latest/meta-data/local-hostname").body()).isEqualTo("vm-one");
        assertThat(get("/latest/public-keys").body()).isEqualTo("ssh-rsa AAAA");
        assertThat(get("/latest/user-data").body()).isEqualTo("#!/bin/sh\necho ü\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/latest",
                "/latest/",
                "/latest/meta-data/nothing",
                "/latest/meta-data/../user-data",
                "/latest/meta-data//etc/passwd",
                "/1.0/user-data",
                "/latest/%2e%2e/x"
            })
    void unknownPathsAreNotFound(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void otherMethodsAreRejected() throws Exception {
        var answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metadata.port() + "/latest/user-data"))
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(405);
    }

    @Test
    void otherClientsGetNothing() throws Exception {
        restart(instance("10.1.1.101"), false);

        assertThat(get("/latest/user-data").statusCode()).isEqualTo(404);
        assertThat(ask("send_my_password")).isEqualTo("saved_password");
    }

    @Test
    void passwordIsReturnedUntilItIsAcknowledged() throws Exception {
        assertThat(ask("send_my_password")).isEqualTo("s3cret");
        assertThat(ask("send_my_password")).isEqualTo("s3cret");
        assertThat(ask("saved_password")).isEqualTo("saved_password");
        assertThat(ask("send_my_password")).isEqualTo("saved_password");
        assertThat(log.entries(RouterLog.Service.PASSWORD, entry -> true))
                .extracting(RouterLog.LogEntry::answer)
                .containsExactly("s3cret", "s3cret", "saved_password", "saved_password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "give_me_all", "SEND_MY_PASSWORD"})
    void otherRequestsAreBad(String header) throws Exception {
        assertThat(ask(header)).isEqualTo("bad_request");
        assertThat(ask("send_my_password")).isEqualTo("s3cret");
    }

    @Test
    void silentPasswordServerDoesNotAnswer() {
        restart(instance("127.0.0.1"), true);

        assertThatThrownBy(() -> ask("send_my_password")).isInstanceOf(IOException.class);
        assertThat(log.entries(
                        RouterLog.Service.PASSWORD, entry -> entry.request().equals("send_my_password")))
                .isNotEmpty();
    }

    @Test
    void parsesDnsmasqsLog() {
        Dnsmasq.record("dnsmasq-dhcp: 3131 DHCPACK(cst0) 10.1.1.101 02:00:4c:9f:00:01 vm-one", log);
        Dnsmasq.record("dnsmasq: 7 10.1.1.101/40023 query[A] data-server from 10.1.1.101", log);
        Dnsmasq.record("dnsmasq: 7 10.1.1.101/40023 config data-server is 10.1.1.1", log);

        assertThat(log.entries(RouterLog.Service.DHCP, entry -> true))
                .singleElement()
                .satisfies(entry -> assertThat(entry.source()).isEqualTo("02:00:4c:9f:00:01"));
        assertThat(log.entries(RouterLog.Service.DNS, entry -> true))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.request()).isEqualTo("data-server");
                    assertThat(entry.answer()).isEqualTo("10.1.1.1");
                });
    }

    @Test
    void routerWithoutDataServerDoesNotResolveIt() {
        var arguments =
                Dnsmasq.arguments("cst0", instance("10.1.1.101"), "example", Set.of(Fault.NO_DATA_SERVER_NAME), folder);

        assertThat(arguments).noneMatch(each -> each.contains("data-server"));
    }

    @Test
    void noisyServiceDoesNotHideOthers() {
        for (var i = 0; i < RouterLog.MAX_ENTRIES + 10; i++) {
            log.add(RouterLog.Service.DNS, "10.1.1.101", "pool.ntp.org", "NXDOMAIN");
        }
        log.add(RouterLog.Service.PASSWORD, "10.1.1.101", "send_my_password", "x".repeat(10_000));

        assertThat(log.entries(RouterLog.Service.DNS, entry -> true)).hasSize(RouterLog.MAX_ENTRIES);
        assertThat(log.entries(RouterLog.Service.PASSWORD, entry -> true))
                .singleElement()
                .satisfies(entry -> assertThat(entry.answer()).hasSizeLessThan(1000));
    }

    private void restart(Instance instance, boolean silent) {
        metadata.close();
        passwords.close();
        serve(instance, silent);
    }

    private void serve(Instance instance, boolean silent) {
        var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        metadata = MetadataServer.start(anywhere, instance, "example", log);
        passwords = PasswordServer.start(anywhere, instance, silent, log);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metadata.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String ask(String header) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + passwords.port() + "/"))
                                .header("DomU_Request", header)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static Instance instance(String address) {
        return new Instance(
                ID, "02:00:4c:9f:00:01", address, "vm-one", "ssh-rsa AAAA", "s3cret", "#!/bin/sh\necho ü\n");
    }
}
