/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Passes a body to its sink as it arrives, records the time of the last activity, and can be cut off at any time. */
final class BodySubscriber implements HttpResponse.BodySubscriber<HttpResponseHead> {

    private final CompletableFuture<HttpResponseHead> end = new CompletableFuture<>();
    private final BodySink target;
    private volatile long lastActivity = System.nanoTime();
    private Flow.@Nullable Subscription subscription;
    private @Nullable HttpResponseHead answer;
    private boolean cut;

    BodySubscriber(BodySink target) {
        this.target = target;
    }

    /** Ignores the body of an error response: such a page may be of any length. */
    synchronized HttpResponse.BodySubscriber<HttpResponseHead> begin(HttpResponseHead received) {
        touch();
        answer = received;
        if (!received.hasContent()) {
            end.complete(received);
        } else if (!cut) {
            target.start(received);
        }
        return this;
    }

    /** {@link System#nanoTime()} of the last activity. */
    long lastActivity() {
        return lastActivity;
    }

    private void touch() {
        lastActivity = System.nanoTime();
    }

    /** After this call, the sink receives no more bytes. */
    synchronized void cut() {
        cut = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public CompletionStage<HttpResponseHead> getBody() {
        return end;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription started) {
        subscription = started;
        if (cut || end.isDone()) {
            started.cancel();
        } else {
            started.request(1);
        }
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        if (cut || subscription == null) {
            return;
        }
        touch();
        try {
            buffers.forEach(target::write);
            subscription.request(1);
        } catch (RuntimeException e) {
            subscription.cancel();
            end.completeExceptionally(e);
        }
    }

    @Override
    public void onError(Throwable cause) {
        end.completeExceptionally(cause);
    }

    @Override
    public synchronized void onComplete() {
        end.complete(Objects.requireNonNull(answer));
    }
}
