package dev.cstemplates.cli.terminal;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The output of commands: results on standard output, as text or JSON; warnings and errors on standard error. */
public final class Output {

    private final PrintWriter out;
    private final PrintWriter err;

    public Output(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    public PrintWriter out() {
        return out;
    }

    public PrintWriter err() {
        return err;
    }

    public void line(String text) {
        out.println(text);
    }

    /** Rows below a header; both have the same number of columns. */
    public void table(List<String> head, List<List<String>> rows) {
        new TextTable(TextTable.USUAL_WIDTH).lines(head, rows).forEach(out::println);
    }

    /** Names and their values. */
    public void facts(List<List<String>> rows) {
        new TextTable(TextTable.USUAL_WIDTH).lines(List.of(), rows).forEach(out::println);
    }

    /** Maps, lists, strings, numbers and booleans, or a JSON tree. */
    public void json(Object value) {
        var mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        out.println(mapper.writeValueAsString(value));
    }

    public void warning(String text) {
        err.println("warning: " + text);
    }

    public void error(String text) {
        err.println("error: " + text);
    }
}
