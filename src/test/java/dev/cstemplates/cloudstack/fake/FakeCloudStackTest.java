/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Gives each test a fake CloudStack, a client, and a web server with files to register. */
abstract class FakeCloudStackTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    FakeCloudStack fake;

    @SuppressWarnings("NullAway.Init")
    TestClient client;

    @SuppressWarnings("NullAway.Init")
    WebServer web;

    @BeforeEach
    void start() throws IOException {
        fake = new FakeCloudStack(folder);
        client = new TestClient(fake.endpoint());
        web = new WebServer();
        Samples.offer(web);
    }

    @AfterEach
    void stop() {
        client.close();
        web.close();
        fake.close();
    }
}
