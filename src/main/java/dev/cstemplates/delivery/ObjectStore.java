/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.delivery;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.LongConsumer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An S3-compatible store. Links to objects are signed and valid for some hours; their path ends with the file's name, as CloudStack
 * requires.
 */
public final class ObjectStore implements Delivery {

    private final Bucket bucket;
    private final Duration validity;

    /** Creates links that are valid for {@code validity}. */
    public ObjectStore(Bucket bucket, Duration validity) {
        this.bucket = bucket;
        this.validity = validity;
    }

    @Override
    public URI address(OfferedFile item) {
        return bucket.address(item.name());
    }

    @Override
    public URI offer(OfferedFile item, LongConsumer progress) {
        try {
            if (!bucket.holds(item.name(), Files.size(item.file()), item.sha256())) {
                bucket.send(item.name(), item.file(), item.sha256(), progress);
            }
            return bucket.link(item.name(), validity);
        } catch (SdkException e) {
            throw failure(item, e);
        } catch (IOException e) {
            throw Failure.host("Cannot read " + item.file() + ": " + e, "Check that the file exists and is readable.")
                    .because(e);
        }
    }

    private Failure failure(OfferedFile item, SdkException e) {
        var isBusy = e instanceof S3Exception s3 ? s3.statusCode() >= 500 : e.retryable();
        return Failure.remote(
                        "Cannot upload %s to bucket %s: %s".formatted(item.name(), bucket.name(), e.getMessage()),
                        "Check the profile's delivery.s3, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
                        isBusy)
                .because(e);
    }

    @Override
    public boolean isPermanent() {
        return false;
    }

    @Override
    public void close() {
        bucket.close();
    }
}
