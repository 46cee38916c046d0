/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The faults that a test injects. */
public final class Faults {

    private final Map<String, Deque<Optional<Fault>>> calls = new HashMap<>();
    private final Deque<DownloadFate> downloads = new ArrayDeque<>();
    private final Deque<UploadFate> uploads = new ArrayDeque<>();
    private final Set<String> failingCopies = new HashSet<>();
    private final Map<String, Runnable> beforehand = new HashMap<>();
    private final Map<String, Runnable> afterwards = new HashMap<>();
    private Instant outageEnd = Instant.MIN;
    private int toLive = Integer.MAX_VALUE;
    private boolean lastIsDone;

    /** Applies one fault to each of the next calls of {@code command}. */
    public synchronized void next(String command, Fault... faults) {
        var queue = calls.computeIfAbsent(command, name -> new ArrayDeque<>());
        Arrays.stream(faults).map(Optional::of).forEach(queue::add);
    }

    /** As {@link #next}, after {@code spared} calls that succeed. */
    public synchronized void after(int spared, String command, Fault... faults) {
        var queue = calls.computeIfAbsent(command, name -> new ArrayDeque<>());
        for (var i = 0; i < spared; i++) {
            queue.add(Optional.empty());
        }
        next(command, faults);
    }

    /** How the next registered template's downloads end, one for each zone in order. */
    public synchronized void nextDownloads(DownloadFate... fates) {
        downloads.addAll(Arrays.asList(fates));
    }

    /** How the next uploads end. */
    public synchronized void nextUploads(UploadFate... fates) {
        uploads.addAll(Arrays.asList(fates));
    }

    /** Copies into this zone fail from now on although their jobs succeed. */
    public synchronized void failCopiesInto(String zoneId) {
        failingCopies.add(zoneId);
    }

    public synchronized void fixCopies() {
        failingCopies.clear();
    }

    /**
     * Simulates that the calling process is killed at its call {@code number}, counted from 1 from now on: cuts that call and all later ones.
     *
     * @param done whether the server still executes the fatal call
     */
    public synchronized void killAt(int number, boolean done) {
        toLive = number;
        lastIsDone = done;
    }

    /** Removes all faults that have not happened yet. */
    public synchronized void clear() {
        calls.clear();
        beforehand.clear();
        afterwards.clear();
        outageEnd = Instant.MIN;
    }

    /** Ends the simulated kill: a new process calls. */
    public synchronized void revive() {
        toLive = Integer.MAX_VALUE;
    }

    /** Whether the simulated kill has happened. */
    public synchronized boolean hasKilled() {
        return toLive <= 0;
    }

    /** Cuts every call that comes before {@code end}. */
    synchronized void outage(Instant end) {
        outageEnd = end;
    }

    /** Runs an action after the next call of {@code command} was answered. */
    public synchronized void then(String command, Runnable happens) {
        afterwards.put(command, happens);
    }

    /** Runs an action before the next call of {@code command} is executed. */
    public synchronized void before(String command, Runnable happens) {
        beforehand.put(command, happens);
    }

    void arrived(String command) {
        Runnable happens;
        synchronized (this) {
            happens = beforehand.remove(command);
        }
        if (happens != null) {
            happens.run();
        }
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

    synchronized Optional<Fault> of(String command, Instant now) {
        if (now.isBefore(outageEnd)) {
            return Optional.of(new Fault.CutBefore());
        }
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
