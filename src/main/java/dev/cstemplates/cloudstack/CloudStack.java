package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Retry;
import java.time.Clock;
import java.time.Duration;

/** One CloudStack, as one account sees it: its calls, typed and sorted by what they are about. */
public final class CloudStack {

    /** Of one call: about half a minute in all. */
    static final Retry RETRY = Retry.of(6, Duration.ofSeconds(1), Duration.ofSeconds(16));

    private final CloudStackClient client;
    private final Credentials credentials;

    /** Speaks through {@code client}, whose credentials these are. */
    public CloudStack(CloudStackClient client, Credentials credentials) {
        this.client = client;
        this.credentials = credentials;
    }

    /** With the usual patience. */
    public static CloudStack at(Connection connection, Credentials credentials, CallListener listener) {
        return new CloudStack(
                new CloudStackClient(connection, credentials, RETRY, Clock.systemUTC(), listener), credentials);
    }

    public Templates templates() {
        return new Templates(client);
    }

    public Cloud cloud() {
        return new Cloud(client);
    }

    public Instances instances() {
        return new Instances(client);
    }

    public KeyPairs keyPairs() {
        return new KeyPairs(client);
    }

    public UserDataStore userData() {
        return new UserDataStore(client);
    }

    public Tags tags() {
        return new Tags(client);
    }

    public Upload uploads() {
        return new Upload(client.http());
    }

    public Capabilities capabilities() {
        return client.capabilities();
    }

    public Cloud.Caller caller() {
        return cloud().caller(credentials);
    }

    /** For calls that have no method of their own. */
    public CloudStackClient client() {
        return client;
    }
}
