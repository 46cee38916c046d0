package dev.cstemplates.media;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Hands a body to its target as it arrives, remembers when something arrived last, and can be cut off at any time. */
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

    /** Decides on an answer whether its body is wanted at all: a page that says "not found" may be of any length. */
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

    /** Nanoseconds of {@link System#nanoTime()} when something happened last. */
    long lastActivity() {
        return lastActivity;
    }

    private void touch() {
        lastActivity = System.nanoTime();
    }

    /** After this, the target sees no byte more. */
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
    public void onError(Throwable trouble) {
        end.completeExceptionally(trouble);
    }

    @Override
    public synchronized void onComplete() {
        end.complete(Objects.requireNonNull(answer));
    }
}
