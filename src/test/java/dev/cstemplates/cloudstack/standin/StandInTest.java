package dev.cstemplates.cloudstack.standin;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A stand-in of its own for each test, somebody who calls it, and a web server with files to register. */
abstract class StandInTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    StandIn standIn;

    @SuppressWarnings("NullAway.Init")
    Caller caller;

    @SuppressWarnings("NullAway.Init")
    WebServer web;

    @BeforeEach
    void start() throws IOException {
        standIn = new StandIn(folder);
        caller = new Caller(standIn.endpoint());
        web = new WebServer();
        Samples.offer(web);
    }

    @AfterEach
    void stop() {
        caller.close();
        web.close();
        standIn.close();
    }
}
