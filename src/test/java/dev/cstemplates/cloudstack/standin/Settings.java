package dev.cstemplates.cloudstack.standin;

import java.time.Duration;

/** The global settings of the cloud that a test may change; the defaults are those of a new installation. */
public final class Settings {

    /** {@code enforce.post.requests.and.timestamps}. */
    public volatile boolean enforcePostAndTimestamps;

    /** {@code default.page.size}. */
    public volatile int pageSize = 500;

    /** {@code allow.public.user.templates}. */
    public volatile boolean publicUserTemplates = true;

    /** {@code allow.user.expunge.recover.vm}. */
    public volatile boolean userMayExpunge;

    /** {@code validate.url.is.resolvable.before.registering.template}: off, else nothing on this machine could be registered. */
    public volatile boolean validateUrl;

    /** {@code store.download.follow.redirects}. */
    public volatile boolean followRedirects;

    /** {@code max.template.iso.size}, bytes. */
    public volatile long mostBytes = 50L << 30;

    /** How many templates an account that is no admin may own. */
    public volatile int mostTemplates = 20;

    /** What {@code listCapabilities} says. */
    public volatile String version = "4.22.0.0";

    /** How much the server's clock is ahead of ours. */
    public volatile Duration clockAhead = Duration.ZERO;

    /** Polls that a job is pending for. */
    public volatile int pendingPolls = 1;

    /** Looks at a template, after the first, that show its download or upload under way. */
    public volatile int progressLooks = 1;

    /** Looks that show a failed upload before the clean-up removes it: {@code storage.cleanup.interval}. */
    public volatile int failedUploadLooks = 20;

    /** Calls that an account may make in a window of {@link #throttleWindow}; 0 = any number. Root admins are exempt. */
    public volatile int throttleMost;

    public volatile Duration throttleWindow = Duration.ofSeconds(1);
}
