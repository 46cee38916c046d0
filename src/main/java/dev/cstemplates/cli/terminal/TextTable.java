package dev.cstemplates.cli.terminal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Aligned columns of text. If they do not fit, the widest columns are wrapped between words; nothing is cut off.
 *
 * @param width maximum length of a line, exceeded only by long words
 */
record TextTable(int width) {

    static final int USUAL_WIDTH = 80;
    private static final String GAP = "  ";

    /** The lines of the table; {@code head} may be empty. */
    List<String> lines(List<String> head, List<List<String>> rows) {
        var all = new ArrayList<List<String>>();
        if (!head.isEmpty()) {
            all.add(head);
        }
        all.addAll(rows);
        if (all.isEmpty()) {
            return List.of();
        }
        var widths = widths(all);
        return all.stream().flatMap(row -> row(row, widths).stream()).toList();
    }

    private List<Integer> widths(List<List<String>> rows) {
        var widths = new ArrayList<Integer>();
        var longestWords = new ArrayList<Integer>();
        for (var column = 0; column < rows.getFirst().size(); column++) {
            var at = column;
            widths.add(longest(rows.stream().map(row -> row.get(at))));
            longestWords.add(longest(
                    rows.stream().flatMap(row -> Stream.of(row.get(at).split(" ", -1)))));
        }
        var tooMuch = widths.stream().mapToInt(each -> each).sum() + GAP.length() * (widths.size() - 1) - width;
        while (tooMuch > 0) {
            var widest = IntStream.range(0, widths.size())
                    .filter(column -> widths.get(column) > longestWords.get(column))
                    .boxed()
                    .max(Comparator.comparing(widths::get));
            if (widest.isEmpty()) {
                break;
            }
            var column = widest.get();
            var narrower = Math.max(longestWords.get(column), widths.get(column) - tooMuch);
            tooMuch -= widths.get(column) - narrower;
            widths.set(column, narrower);
        }
        return widths;
    }

    private static int longest(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(0);
    }

    private static List<String> row(List<String> cells, List<Integer> widths) {
        var broken = IntStream.range(0, cells.size())
                .mapToObj(column -> broken(cells.get(column), widths.get(column)))
                .toList();
        var height = broken.stream().mapToInt(List::size).max().orElse(0);
        var lines = new ArrayList<String>();
        for (var line = 0; line < height; line++) {
            var text = new StringBuilder();
            for (var column = 0; column < cells.size(); column++) {
                var parts = broken.get(column);
                var part = line < parts.size() ? parts.get(line) : "";
                text.append(column == 0 ? "" : GAP)
                        .append(part)
                        .repeat(' ', Math.max(0, widths.get(column) - part.length()));
            }
            lines.add(text.toString().stripTrailing());
        }
        return lines;
    }

    private static List<String> broken(String text, int width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
