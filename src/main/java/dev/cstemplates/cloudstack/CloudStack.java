/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Retry;
import java.time.Clock;
import java.time.Duration;

/** One CloudStack as one account sees it: typed calls, grouped by resource. */
public final class CloudStack {

    private static final Retry RETRY = Retry.of(6, Duration.ofSeconds(1), Duration.ofSeconds(16));

    private final CloudStackClient client;
    private final Credentials credentials;
    private final Owner owner;

    /** @param credentials the ones that {@code client} signs with */
    public CloudStack(CloudStackClient client, Credentials credentials) {
        this(client, credentials, Owner.CALLER);
    }

    private CloudStack(CloudStackClient client, Credentials credentials, Owner owner) {
        this.client = client;
        this.credentials = credentials;
        this.owner = owner;
    }

    /** The same, for another owner's templates. A path of a domain is looked up when it is needed. */
    public CloudStack ownedBy(Owner other) {
        return new CloudStack(client, credentials, other);
    }

    /** With the default retries: six attempts within about half a minute. */
    public static CloudStack at(Connection connection, Credentials credentials, CallListener listener) {
        return new CloudStack(
                new CloudStackClient(connection, credentials, RETRY, Clock.systemUTC(), listener), credentials);
    }

    public Templates templates() {
        return new Templates(client, cloud().withDomainId(owner));
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
}
