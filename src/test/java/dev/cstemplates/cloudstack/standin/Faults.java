package dev.cstemplates.cloudstack.standin;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What will go wrong, and where: the test's script. */
public final class Faults {

    private final Map<String, Deque<Optional<Fault>>> calls = new HashMap<>();
    private final Deque<DownloadFate> downloads = new ArrayDeque<>();
    private final Deque<UploadFate> uploads = new ArrayDeque<>();
    private final Set<String> failingCopies = new HashSet<>();
    private final Map<String, Runnable> afterwards = new HashMap<>();
    private int toLive = Integer.MAX_VALUE;
    private boolean lastIsDone;

    /** The next calls of {@code command} meet these, one each; those after them nothing. */
    public synchronized void next(String command, Fault... faults) {
        var queue = calls.computeIfAbsent(command, name -> new ArrayDeque<>());
        Arrays.stream(faults).map(Optional::of).forEach(queue::add);
    }

    /** As {@link #next}, after {@code spared} calls that go well. */
    public synchronized void after(int spared, String command, Fault... faults) {
        var queue = calls.computeIfAbsent(command, name -> new ArrayDeque<>());
        for (var i = 0; i < spared; i++) {
            queue.add(Optional.empty());
        }
        next(command, faults);
    }

    /** How the next registered template's downloads end, one each in the order of the zones. */
    public synchronized void nextDownloads(DownloadFate... fates) {
        downloads.addAll(Arrays.asList(fates));
    }

    /** How the next uploads end. */
    public synchronized void nextUploads(UploadFate... fates) {
        uploads.addAll(Arrays.asList(fates));
    }

    /** Copies into this zone fail from now on, and their jobs say success. */
    public synchronized void failCopiesInto(String zoneId) {
        failingCopies.add(zoneId);
    }

    public synchronized void mendCopies() {
        failingCopies.clear();
    }

    /**
     * Whoever calls is killed at its call number {@code number}, from now on and counted from 1: the call and all later ones are cut.
     *
     * @param done whether the server still does what the fatal call asked for
     */
    public synchronized void killAt(int number, boolean done) {
        toLive = number;
        lastIsDone = done;
    }

    /** A new process calls. */
    public synchronized void revive() {
        toLive = Integer.MAX_VALUE;
    }

    /** Whether the kill that was asked for has come. */
    public synchronized boolean hasKilled() {
        return toLive <= 0;
    }

    /** After the next call of {@code command} was answered, this happens. */
    public synchronized void then(String command, Runnable happens) {
        afterwards.put(command, happens);
    }

    void answered(String command) {
        Runnable happens;
        synchronized (this) {
            happens = afterwards.remove(command);
        }
        if (happens != null) {
            happens.run();
        }
    }

    synchronized Optional<Fault> of(String command) {
        if (toLive != Integer.MAX_VALUE && --toLive <= 0) {
            return Optional.of(toLive == 0 && lastIsDone ? new Fault.CutAfter() : new Fault.CutBefore());
        }
        var queue = calls.get(command);
        return queue == null || queue.isEmpty() ? Optional.empty() : queue.remove();
    }

    synchronized DownloadFate download() {
        return downloads.isEmpty() ? new DownloadFate.AsServed() : downloads.remove();
    }

    synchronized UploadFate upload() {
        return uploads.isEmpty() ? UploadFate.AS_SENT : uploads.remove();
    }

    synchronized boolean copyFails(String zoneId) {
        return failingCopies.contains(zoneId);
    }
}
