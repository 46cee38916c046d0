package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why Packer failed, from what it printed: the first cause whose words are found. */
final class PackerFailureClassifier {

    /** Words that tell a cause, and the failure that they stand for. */
    private record Cause(Pattern words, Explanation explanation) {}

    /** What is left of a run to explain its end by. */
    private record Run(Transcript transcript, GuestConsole console) {

        String tail() {
            return transcript.tail();
        }
    }

    /** Makes a failure of the run's end. */
    @FunctionalInterface
    private interface Explanation {
        Failure of(Run run, String line, String logs);
    }

    private static final Cause DISK_FULL = cause(
            "[Nn]o space left on device|[Dd]isk quota exceeded|has less than \\d+ GiB free",
            (run, line, logs) -> ResourceExhaustion.ofDisk(line + during(run)));

    /** Before any script ran: what keeps a guest from starting, or Packer from reaching it. */
    private static final List<Cause> STARTING = List.of(
            DISK_FULL,
            cause(
                    "Could not access KVM kernel module|failed to initialize kvm|/dev/kvm.*[Pp]ermission denied",
                    (run, line, logs) -> Failure.host(
                            "KVM can't be used: " + line,
                            "Join the group that owns /dev/kvm (usually kvm) and log in again, or use software emulation.")),
            cause(
                    "Failed to shutdown",
                    (run, line, logs) -> Failure.build(
                            "The installer did not finish in time: the machine was still on; "
                                    + run.console().tail(),
                            "Its console tells what it waits for." + logs)),
            cause(
                    "could not find a supported CD ISO creation command",
                    (run, line, logs) -> Failure.host(
                            "Packer finds no program that makes CD images",
                            "Run 'cst doctor': it names xorriso's package.")),
            cause(
                    "KVM internal error|KVM: entry failed",
                    (run, line, logs) -> Failure.build(
                                    "QEMU could not go on with the guest: " + line,
                                    "Look at this host's kernel messages about kvm." + logs)
                            .worthRetrying()),
            cause(
                    "[Ff]ailed creating Qemu driver|qemu[^\\n]*executable file not found",
                    (run, line, logs) ->
                            Failure.host("QEMU is missing: " + line, "Run 'cst doctor': it names QEMU's package.")),
            cause(
                    "unknown builder type|builder qemu is unknown by Packer|likely part of a plugin that is not installed|The following builders? .*unknown",
                    (run, line, logs) -> Failure.host(
                            "This Packer lacks its QEMU plugin: " + line,
                            "Run 'cst doctor': it says how to install it.")),
            cause(
                    "[Aa]ddress already in use|Could not set up host forwarding rule|[Ff]ailed to find (an )?available port|[Uu]nable to find available (VNC )?port",
                    (run, line, logs) -> Failure.host(
                                    "A network port that Packer had chosen is in use: " + line,
                                    "Run the same command again.")
                            .worthRetrying()),
            cause(
                    "[Cc]annot allocate memory|cannot set up guest memory",
                    (run, line, logs) -> Failure.host(
                                    "The guest's memory could not be had: " + line,
                                    "End other work on this host, or give the definition's machine less memory.")
                            .worthRetrying()),
            cause(
                    "Output directory .* already exists",
                    (run, line, logs) -> Failure.usage(
                            "The project has been run before: " + line,
                            "Remove its output folder, or render it anew.")),
            cause(
                    "[Ee]rror downloading ISO|Download failed",
                    (run, line, logs) -> Failure.build(
                            "The base disk can't be read: " + line,
                            "Build the install phase first, or give -var base_disk=FILE.")),
            cause(
                    "Use the shrink option|[Ss]hrinking an image",
                    (run, line, logs) -> Failure.usage(
                            "The base disk is larger than the definition's disk",
                            "Make the definition's machine.disk at least as large as the base disk.")),
            cause(
                    "Timeout waiting for SSH",
                    (run, line, logs) -> Failure.build(
                                    "The guest did not let Packer in over SSH in time",
                                    "Its console tells how far it came." + logs)
                            .worthRetrying()),
            cause(
                    "Qemu failed to start|ssh: handshake failed:.*(reset by peer|EOF|broken pipe)",
                    (run, line, logs) -> Failure.build(
                                    "The guest went away before Packer was in: " + line,
                                    "Its console tells how far it came." + logs)
                            .worthRetrying()),
            cause(
                    "experienced an authentication error|ssh: unable to authenticate",
                    (run, line, logs) -> Failure.build(
                            "The guest refused the one-time key: cloud-init did not give it to root",
                            "Look in the guest's console for cloud-init and the cidata disk." + logs)));

    /** What a script prints when a mirror does not do its part. */
    private static final Cause MIRROR = cause(
            "gives no release file|Temporary failure (resolving|in name resolution)|Could not resolve (host|')|Couldn't resolve host"
                    + "|Could not connect to |Unable to connect to |Connection (timed out|refused|reset by peer)"
                    + "|Connection failed|No route to host|Network is unreachable|Hash Sum mismatch|File has unexpected size"
                    // dnf, then zypper
                    + "|Curl error \\((5|6|7|16|18|28|35|52|56|92)\\)|Cannot prepare internal mirrorlist|All mirrors were tried"
                    + "|Cannot download repomd.xml|Status code: (429|5\\d\\d) for|Timeout exceeded when accessing"
                    + "|Download \\(curl\\) error|Valid metadata not found at specified URL"
                    + "|\\b(429|500|502|503|504)  ?(Too Many|Internal Server|Bad Gateway|Service|Gateway|Backend)",
            (run, line, logs) -> Failure.remote(
                    "The package mirror did not answer properly" + during(run) + ": " + line,
                    "Look at the network and the mirror, or name another with --mirror URL." + logs,
                    true));

    /** While scripts run in the guest, and at its end. */
    private static final List<Cause> IN_GUEST = List.of(
            cause(
                    "No space left on device",
                    (run, line, logs) -> Failure.build(
                            "The guest's disk is full: " + line + during(run),
                            "Give the definition a larger machine.disk, or fewer packages." + logs)),
            cause(
                    "Script disconnected unexpectedly|Error reconnecting|remote host closed|ExitMissing",
                    (run, line, logs) -> Failure.build(
                                    "The guest went away" + during(run) + "; the end of its output:\n" + run.tail(),
                                    "Its console tells why." + logs)
                            .worthRetrying()),
            cause(
                    "Timeout while waiting for machine to shut ?down",
                    (run, line, logs) -> Failure.build(
                                    "The guest did not power off in time", "Its console tells why." + logs)
                            .worthRetrying()));

    /** Builder scripts on this host use the exit codes of cst itself. */
    private static final String HOST_LACKS = Integer.toString(Failure.Kind.HOST.exitCode());

    private static final String REMOTE_FAILED = Integer.toString(Failure.Kind.REMOTE.exitCode());

    private static final Pattern SCRIPT_FAILED =
            Pattern.compile("Script exited with non-zero exit status: (\\d+)|Error executing script");

    private PackerFailureClassifier() {}

    /** The failure that a run's transcript stands for; {@code logs} says where to read on, or is empty. */
    static Failure explain(Transcript transcript, GuestConsole console, int exitCode, String logs) {
        var run = new Run(transcript, console);
        var where = logs.isEmpty() ? "" : " " + logs;
        var script = transcript.script();
        var known = script == null
                ? first(STARTING, run, where)
                : first(transcript.isLocal() ? List.of(DISK_FULL) : IN_GUEST, run, where);
        if (known != null) {
            return known;
        }
        var failed = SCRIPT_FAILED.matcher(transcript.everything());
        if (script != null && failed.find()) {
            return scriptFailed(run, script, failed.group(1), where);
        }
        var said = transcript.tail().isEmpty() ? " and said nothing" : ":\n" + transcript.tail();
        return Failure.build("Packer failed with exit code " + exitCode + said, logs);
    }

    private static Failure scriptFailed(Run run, String script, @Nullable String status, String where) {
        var transcript = run.transcript();
        if (MIRROR.words().matcher(transcript.tail()).find()) {
            return explained(MIRROR, run, transcript.tail(), where);
        }
        var message = "The script " + script + " failed" + (status == null ? "" : " with exit status " + status)
                + "; the end of its output:\n" + transcript.tail();
        if (transcript.isLocal() && HOST_LACKS.equals(status)) {
            return Failure.host(message, "Mend what it complains about and build again." + where);
        }
        if (transcript.isLocal() && REMOTE_FAILED.equals(status)) {
            return Failure.remote(message, "Mend what it complains about and build again." + where, false);
        }
        return Failure.build(message, "Mend what it complains about and build again." + where);
    }

    private static @Nullable Failure first(List<Cause> causes, Run run, String where) {
        var text = run.transcript().everything();
        for (var cause : causes) {
            if (cause.words().matcher(text).find()) {
                return explained(cause, run, text, where);
            }
        }
        return null;
    }

    private static Failure explained(Cause cause, Run run, String text, String logs) {
        var line = text.lines()
                .filter(each -> cause.words().matcher(each).find())
                .findFirst()
                .orElse("")
                .strip();
        return cause.explanation().of(run, line, logs);
    }

    private static Cause cause(String words, Explanation explanation) {
        return new Cause(Pattern.compile(words), explanation);
    }

    private static String during(Run run) {
        var script = run.transcript().script();
        return script == null ? "" : " (while " + script + " ran)";
    }
}
