package dev.cstemplates.cloudstack;

import java.time.Clock;

/** One CloudStack, as one account sees it: its calls, typed and sorted by what they are about. */
public final class CloudStack {

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
                new CloudStackClient(connection, credentials, RetryPolicy.usual(), Clock.systemUTC(), listener),
                credentials);
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
