package dev.cstemplates.delivery;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
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
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.GetObjectPresignRequest;

/**
 * One bucket of an S3-compatible store. Keys come from the sources that AWS's own tools use. Errors of the store are {@link
 * SdkException}s.
 */
public final class Bucket implements AutoCloseable {

    /** The scheme of bucket URLs. */
    public static final String SCHEME = "s3://";

    /** Object metadata: the SHA-256 of the content. */
    private static final String DIGEST = "sha256";

    /** An object has at most 10 000 parts: enough for 640 GiB. */
    private static final long PART = 64L << 20;

    private static final Pattern URL = Pattern.compile(
            SCHEME + "(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/(?<prefix>[^?]*))?([?](?<query>.*))?");

    private final S3Client client;
    private final S3Presigner presigner;
    private final BucketLocation location;

    private Bucket(S3Client client, S3Presigner presigner, BucketLocation location) {
        this.client = client;
        this.presigner = presigner;
        this.location = location;
    }

    /**
     * Where a bucket is.
     *
     * @param endpoint null for AWS
     * @param prefix of object names, empty or with a trailing slash
     * @param region null for us-east-1
     * @param pathStyle whether the bucket is part of the path instead of the host name
     */
    public record BucketLocation(
            @Nullable URI endpoint,
            String name,
            String prefix,
            @Nullable String region,
            boolean pathStyle) {

        public BucketLocation {
            prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        }

        /** {@code s3://BUCKET/PREFIX?endpoint=URL&region=REGION}; with an endpoint the bucket is part of the path. */
        public static BucketLocation parse(String url) {
            var form = URL.matcher(url);
            if (!form.matches()) {
                throw bad(url);
            }
            var parameters = new HashMap<String, String>();
            if (form.group("query") != null) {
                for (var pair : form.group("query").split("&", -1)) {
                    var parts = pair.split("=", 2);
                    if (parts.length < 2 || !List.of("endpoint", "region").contains(parts[0])) {
                        throw bad(url);
                    }
                    parameters.put(parts[0], parts[1]);
                }
            }
            var endpoint = parameters.get("endpoint");
            if (endpoint != null && !endpoint.matches("https?://[A-Za-z0-9.:_\\[\\]-]+/?")) {
                throw bad(url);
            }
            var prefix = form.group("prefix");
            return new BucketLocation(
                    endpoint == null ? null : URI.create(endpoint),
                    form.group("bucket"),
                    prefix == null ? "" : prefix,
                    parameters.get("region"),
                    endpoint != null);
        }

        private static Failure bad(String url) {
            return Failure.usage(
                    "Invalid bucket URL '" + url + "'",
                    "Use s3://BUCKET/PREFIX or, outside AWS,"
                            + " s3://BUCKET/PREFIX?endpoint=https://store.example.org.");
        }
    }

    /** Sends no request yet. */
    public static Bucket at(BucketLocation location) {
        var where = Region.of(location.region() == null ? Region.US_EAST_1.id() : location.region());
        var style = S3Configuration.builder()
                .pathStyleAccessEnabled(location.pathStyle())
                .build();
        var client = S3Client.builder()
                .region(where)
                .serviceConfiguration(style)
                .httpClientBuilder(UrlConnectionHttpClient.builder());
        var presigner = S3Presigner.builder().region(where).serviceConfiguration(style);
        if (location.endpoint() != null) {
            client.endpointOverride(location.endpoint());
            presigner.endpointOverride(location.endpoint());
        }
        return new Bucket(client.build(), presigner.build(), location);
    }

    public String name() {
        return location.name();
    }

    /** The object's URL, which only users with read access can download. */
    URI address(String object) {
        var url = client.utilities().getUrl(request -> request.bucket(name()).key(key(object)));
        return URI.create(url.toString());
    }

    /** A signed link with which anyone can download the object for some time. */
    URI link(String object, Duration validity) {
        var link = presigner.presignGetObject(GetObjectPresignRequest.builder()
                .signatureDuration(validity)
                .getObjectRequest(request -> request.bucket(name()).key(key(object)))
                .build());
        return URI.create(link.url().toString());
    }

    /** Whether an object with this content exists, by its size and the digest stored with it. */
    public boolean holds(String object, long size, String sha256) {
        try {
            var head = client.headObject(request -> request.bucket(name()).key(key(object)));
            return head.contentLength() == size && sha256.equals(head.metadata().get(DIGEST));
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    /** Reads a small object; empty if it does not exist. */
    public Optional<byte[]> read(String object) {
        try {
            return Optional.of(
                    client.getObjectAsBytes(request -> request.bucket(name()).key(key(object)))
                            .asByteArray());
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    /** Copies an object to a file that does not exist yet. */
    public void fetch(String object, Path file) {
        client.getObject(request -> request.bucket(name()).key(key(object)), file);
    }

    /** Writes a small object atomically. */
    public void write(String object, byte[] content) {
        client.putObject(request -> request.bucket(name()).key(key(object)), RequestBody.fromBytes(content));
    }

    /** Uploads a file in parts; the object appears only after the last one. */
    public void send(String object, Path file, String sha256, LongConsumer progress) throws IOException {
        var key = key(object);
        var size = Files.size(file);
        var upload = client.createMultipartUpload(
                        request -> request.bucket(name()).key(key).metadata(Map.of(DIGEST, sha256)))
                .uploadId();
        try {
            var parts = new ArrayList<CompletedPart>();
            for (var at = 0L; at < size || parts.isEmpty(); at += PART) {
                var number = parts.size() + 1;
                var length = Math.min(PART, size - at);
                var part = client.uploadPart(
                        request ->
                                request.bucket(name()).key(key).uploadId(upload).partNumber(number),
                        RequestBody.fromContentProvider(new FilePart(file, at), length, "application/octet-stream"));
                parts.add(CompletedPart.builder()
                        .partNumber(number)
                        .eTag(part.eTag())
                        .build());
                progress.accept(at + length);
            }
            client.completeMultipartUpload(request ->
                    request.bucket(name()).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts)));
        } catch (SdkException | UncheckedIOException e) {
            abort(key, upload);
            throw e;
        }
    }

    /** Unfinished parts would be charged for. */
    private void abort(String key, String upload) {
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(name()).key(key).uploadId(upload));
        } catch (SdkException e) {
            // The store's own rules clean up; the original error is reported.
        }
    }

    private String key(String object) {
        return location.prefix() + object;
    }

    /** One part of a file, read again for each attempt. */
    private record FilePart(Path file, long at) implements ContentStreamProvider {

        @Override
        public InputStream newStream() {
            try {
                var channel = FileChannel.open(file);
                channel.position(at);
                return Channels.newInputStream(channel);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        presigner.close();
        client.close();
    }
}
