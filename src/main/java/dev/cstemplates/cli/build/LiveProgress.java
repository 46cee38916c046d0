/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.engine.BuildEvent;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;

/** Progress on a terminal: one live line per build at the bottom, finished steps above. */
final class LiveProgress implements BuildProgress {

    private static final Duration REFRESH = Duration.ofMillis(500);

    private final Terminal terminal;
    private final Display display;
    private final UnaryOperator<String> visible;
    private final Clock clock;
    private final Map<String, ProgressRow> lines = new LinkedHashMap<>();
    private final Thread ticker;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private boolean isGone;

    /**
     * @param terminal is closed with this
     * @param visible what to show of a text
     */
    LiveProgress(Terminal terminal, UnaryOperator<String> visible, Clock clock) {
        this.terminal = terminal;
        this.visible = visible;
        this.clock = clock;
        this.display = new Display(terminal, false);
        this.ticker = Thread.ofVirtual().name("progress").start(this::tick);
    }

    @Override
    public synchronized void accept(BuildEvent event) {
        if (event instanceof BuildEvent.Started started) {
            lines.put(started.build(), new ProgressRow(started, clock.instant()));
        } else {
            var line = lines.get(event.build());
            if (line != null) {
                line.apply(event, clock.instant());
            }
        }
        if (isWorthKeeping(event)) {
            show(() -> above(event.build() + "  " + PlainProgress.sentence(event)));
        }
        if (event instanceof BuildEvent.Ended) {
            lines.remove(event.build());
        }
        show(this::draw);
    }

    @Override
    public void close() {
        ticker.interrupt();
        if (isClosed.getAndSet(true)) {
            return;
        }
        try {
            synchronized (this) {
                lines.clear();
                show(this::draw);
            }
            terminal.close();
        } catch (IOException e) {
            // The terminal is gone already.
        }
    }

    /** On Ctrl-C the terminal closes itself while builds still clean up; they must not fail because of that. */
    private void show(Runnable drawing) {
        if (isGone) {
            return;
        }
        try {
            drawing.run();
        } catch (IllegalStateException e) {
            isGone = true;
        }
    }

    private static boolean isWorthKeeping(BuildEvent event) {
        return switch (event) {
            case BuildEvent.Activity _, BuildEvent.PhaseStarted _ -> false;
            case BuildEvent.Started _,
                    BuildEvent.PhaseSkipped _,
                    BuildEvent.Waiting _,
                    BuildEvent.Retrying _,
                    BuildEvent.PhaseDone _,
                    BuildEvent.Ended _ -> true;
        };
    }

    private void above(String text) {
        display.update(List.of(), 0);
        terminal.writer().println(visible.apply(text));
        terminal.flush();
    }

    private void draw() {
        // A terminal of unknown size reports 0 × 0.
        var size = Size.of(
                Math.max(terminal.getSize().getColumns(), 40),
                Math.max(terminal.getSize().getRows(), 10));
        display.resize(size);
        display.update(
                lines.values().stream()
                        .map(line -> AttributedString.fromAnsi(
                                visible.apply(line.text(clock.instant(), size.getColumns() - 1))))
                        .toList(),
                0);
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(REFRESH);
                synchronized (this) {
                    show(this::draw);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
