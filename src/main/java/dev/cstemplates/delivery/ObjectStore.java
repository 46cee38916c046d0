package dev.cstemplates.delivery;

import dev.cstemplates.host.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.GetObjectPresignRequest;

/**
 * An S3-compatible store. Links to objects are signed and work for some hours; their path ends in the file's name, as CloudStack wants
 * it. Keys come from where AWS's own tools look for them.
 */
public final class ObjectStore implements Delivery {

    /** In an object's own data: the digest of its content. */
    private static final String DIGEST = "sha256";

    /** At most 10 000 parts make an object: enough for 640 GiB. */
    private static final long PART = 64L << 20;

    private final S3Client client;
    private final S3Presigner presigner;
    private final String bucket;
    private final String prefix;
    private final Duration validity;

    private ObjectStore(S3Client client, S3Presigner presigner, String bucket, String prefix, Duration validity) {
        this.client = client;
        this.presigner = presigner;
        this.bucket = bucket;
        this.prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        this.validity = validity;
    }

    /**
     * A bucket.
     *
     * @param endpoint null for AWS
     * @param prefix of the objects' names; may be empty
     * @param region null for the one of AWS's settings, else us-east-1
     * @param pathStyle whether the bucket is part of the path, not of the host's name
     * @param validity of the links
     */
    public static ObjectStore connect(
            @Nullable URI endpoint,
            String bucket,
            String prefix,
            @Nullable String region,
            boolean pathStyle,
            Duration validity) {
        var where = Region.of(region == null ? Region.US_EAST_1.id() : region);
        var style = S3Configuration.builder().pathStyleAccessEnabled(pathStyle).build();
        var client = S3Client.builder()
                .region(where)
                .serviceConfiguration(style)
                .httpClientBuilder(UrlConnectionHttpClient.builder());
        var presigner = S3Presigner.builder().region(where).serviceConfiguration(style);
        if (endpoint != null) {
            client.endpointOverride(endpoint);
            presigner.endpointOverride(endpoint);
        }
        return new ObjectStore(client.build(), presigner.build(), bucket, prefix, validity);
    }

    @Override
    public URI address(Item item) {
        var url = client.utilities().getUrl(request -> request.bucket(bucket).key(key(item)));
        return URI.create(url.toString());
    }

    @Override
    public URI offer(Item item, LongConsumer progress) {
        try {
            if (!isThere(item)) {
                send(item, progress);
            }
            var link = presigner.presignGetObject(GetObjectPresignRequest.builder()
                    .signatureDuration(validity)
                    .getObjectRequest(request -> request.bucket(bucket).key(key(item)))
                    .build());
            return URI.create(link.url().toString());
        } catch (SdkException e) {
            throw trouble(item, e);
        } catch (IOException e) {
            throw Failure.host("The file " + item.file() + " can't be read: " + e, "")
                    .because(e);
        }
    }

    private String key(Item item) {
        return prefix + item.name();
    }

    private boolean isThere(Item item) throws IOException {
        try {
            var object = client.headObject(request -> request.bucket(bucket).key(key(item)));
            return object.contentLength() == Files.size(item.file())
                    && item.sha256().equals(object.metadata().get(DIGEST));
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    /** Part by part; the object is there once its last part is, and only then. */
    private void send(Item item, LongConsumer progress) throws IOException {
        var key = key(item);
        var upload = client.createMultipartUpload(
                        request -> request.bucket(bucket).key(key).metadata(Map.of(DIGEST, item.sha256())))
                .uploadId();
        try (var file = FileChannel.open(item.file())) {
            var parts = new ArrayList<CompletedPart>();
            for (var at = 0L; at < file.size() || parts.isEmpty(); at += PART) {
                var number = parts.size() + 1;
                var length = Math.min(PART, file.size() - at);
                var part = client.uploadPart(
                        request ->
                                request.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                        RequestBody.fromContentProvider(new Part(item, at), length, "application/octet-stream"));
                parts.add(CompletedPart.builder()
                        .partNumber(number)
                        .eTag(part.eTag())
                        .build());
                progress.accept(at + length);
            }
            client.completeMultipartUpload(request ->
                    request.bucket(bucket).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts)));
        } catch (SdkException | IOException e) {
            abort(key, upload);
            throw e;
        }
    }

    /** What has been sent would be paid for. */
    private void abort(String key, String upload) {
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException e) {
            // The store's own rules clean up; the trouble that led here is told.
        }
    }

    /** One part of a file, read anew for each try. */
    private record Part(Item item, long at) implements ContentStreamProvider {

        @Override
        public InputStream newStream() {
            try {
                var channel = FileChannel.open(item.file());
                channel.position(at);
                return Channels.newInputStream(channel);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Failure trouble(Item item, SdkException e) {
        var isBusy = e instanceof S3Exception s3 ? s3.statusCode() >= 500 : e.retryable();
        return Failure.remote(
                        "%s can't be brought to bucket %s: %s".formatted(item.name(), bucket, e.getMessage()),
                        "Look at the profile's delivery.s3 and at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
                        isBusy)
                .because(e);
    }

    @Override
    public void close() {
        presigner.close();
        client.close();
    }
}
