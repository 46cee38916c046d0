/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Determines why Packer failed from its output: the first cause whose pattern matches. */
final class PackerFailureClassifier {

    /** A pattern in the output and the failure that it indicates. */
    private record FailurePattern(Pattern pattern, Explanation explanation) {}

    /** The output of a run. */
    private record Run(Transcript transcript, GuestConsole console) {

        String tail() {
            return transcript.tail();
        }
    }

    /** Creates the failure of a run. */
    @FunctionalInterface
    private interface Explanation {
        Failure of(Run run, String line, String logs);
    }

    private static final FailurePattern DISK_FULL = cause(
            "[Nn]o space left on device|[Dd]isk quota exceeded|has less than \\d+ GiB free",
            (run, line, logs) -> ResourceExhaustion.ofDisk(line + during(run)));

    /** Before any script ran: the guest did not start, or Packer could not connect to it. */
    private static final List<FailurePattern> STARTING = List.of(
            DISK_FULL,
            cause(
                    "Could not access KVM kernel module|failed to initialize kvm|/dev/kvm.*[Pp]ermission denied",
                    (run, line, logs) -> Failure.host(
                            "Cannot use KVM: " + line,
                            "Join the group that owns /dev/kvm (usually kvm) and log in again, or use software"
                                    + " emulation.")),
            cause(
                    "Failed to shutdown",
                    (run, line, logs) -> Failure.build(
                            "The installer did not finish in time; "
                                    + run.console().tail(),
                            "Its console shows what it is waiting for." + logs)),
            cause(
                    "could not find a supported CD ISO creation command",
                    (run, line, logs) -> Failure.host(
                            "Packer found no program that creates CD images",
                            "Run 'cst doctor' to see how to install xorriso.")),
            cause(
                    "KVM internal error|KVM: entry failed",
                    (run, line, logs) -> Failure.build(
                                    "QEMU could not continue the guest: " + line,
                                    "Check this host's kernel messages about kvm." + logs)
                            .worthRetrying()),
            cause(
                    "[Ff]ailed creating Qemu driver|qemu[^\\n]*executable file not found",
                    (run, line, logs) ->
                            Failure.host("QEMU is missing: " + line, "Run 'cst doctor' to see how to install it.")),
            cause(
                    "unknown builder type|builder qemu is unknown by Packer|likely part of a plugin that is not"
                            + " installed|The following builders? .*unknown",
                    (run, line, logs) -> Failure.host(
                            "Packer's QEMU plugin is missing: " + line, "Run 'cst doctor' to see how to install it.")),
            cause(
                    "[Aa]ddress already in use|Could not set up host forwarding rule|[Ff]ailed to find (an )?available"
                            + " port|[Uu]nable to find available (VNC )?port",
                    (run, line, logs) -> Failure.host(
                                    "A network port chosen by Packer is in use: " + line, "Run the same command again.")
                            .worthRetrying()),
            cause(
                    "[Cc]annot allocate memory|cannot set up guest memory",
                    (run, line, logs) -> Failure.host(
                                    "Cannot allocate the guest's memory: " + line,
                                    "Stop other work on this host, or reduce the machine's memory in the definition.")
                            .worthRetrying()),
            cause(
                    "Output directory .* already exists",
                    (run, line, logs) -> Failure.usage(
                            "The project was run before: " + line, "Remove its output folder, or render it again.")),
            cause(
                    "[Ee]rror downloading ISO|Download failed",
                    (run, line, logs) -> Failure.build(
                            "Cannot read the base disk: " + line,
                            "Build the install phase first, or pass -var base_disk=FILE.")),
            cause(
                    "Use the shrink option|[Ss]hrinking an image",
                    (run, line, logs) -> Failure.usage(
                            "The base disk is larger than the definition's disk",
                            "Set the definition's machine.disk to at least the size of the base disk.")),
            cause(
                    "Timeout waiting for SSH",
                    (run, line, logs) -> Failure.build(
                                    "Packer could not log in to the guest over SSH in time",
                                    "Its console shows how far it got." + logs)
                            .worthRetrying()),
            cause(
                    "Qemu failed to start|ssh: handshake failed:.*(reset by peer|EOF|broken pipe)",
                    (run, line, logs) -> Failure.build(
                                    "The guest stopped before Packer had logged in: " + line,
                                    "Its console shows how far it got." + logs)
                            .worthRetrying()),
            cause(
                    "experienced an authentication error|ssh: unable to authenticate",
                    (run, line, logs) -> Failure.build(
                            "The guest rejected the one-time key: cloud-init did not install it for root",
                            "Check the guest's console for cloud-init and the cidata disk." + logs)));

    /** Script output that indicates a failing mirror. */
    private static final FailurePattern MIRROR = cause(
            "has no release file|Temporary failure (resolving|in name resolution)|Could not resolve"
                    + " (host|')|Couldn't resolve host|Could not connect to |Unable to connect to |Connection (timed"
                    + " out|refused|reset by peer)|Connection failed|No route to host|Network is unreachable|Hash Sum"
                    + " mismatch|File has unexpected size"
                    // dnf, then zypper
                    + "|Curl error \\((5|6|7|16|18|28|35|52|56|92)\\)|Cannot prepare internal mirrorlist|All mirrors"
                    + " were tried|Cannot download repomd.xml|Status code: (429|5\\d\\d) for|Timeout exceeded when"
                    + " accessing|Download \\(curl\\) error|Valid metadata not found at specified"
                    + " URL|\\b(429|500|502|503|504)  ?(Too Many|Internal Server|Bad Gateway|Service|Gateway|Backend)",
            (run, line, logs) -> Failure.remote(
                    "The package mirror failed" + during(run) + ": " + line,
                    "Check the network and the mirror, or use another with --mirror URL." + logs,
                    true));

    /** A script on this host cannot reach any server: no retry helps in time, and it may be a missing proxy setting. */
    private static final FailurePattern NO_NETWORK = cause(
            "Temporary failure (resolving|in name resolution)|Could not resolve (host|')|Couldn't resolve host"
                    + "|Network is unreachable|No route to host|Curl error \\(6\\)",
            (run, line, logs) -> Failure.remote(
                    "Cannot reach the package mirror" + during(run) + ": " + line,
                    "Check the network and DNS. Behind a proxy, set http_proxy and https_proxy. Or use another mirror"
                            + " with --mirror URL." + logs,
                    false));

    /** While scripts run in the guest, and during its shutdown. */
    private static final List<FailurePattern> IN_GUEST = List.of(
            cause(
                    "No space left on device",
                    (run, line, logs) -> Failure.build(
                            "The guest's disk is full: " + line + during(run),
                            "Increase machine.disk in the definition, or remove packages." + logs)),
            cause(
                    "Script disconnected unexpectedly|Error reconnecting|remote host closed|ExitMissing",
                    (run, line, logs) -> Failure.build(
                                    "The guest stopped" + during(run) + "; the end of its output:\n" + run.tail(),
                                    "Its console shows why." + logs)
                            .worthRetrying()),
            cause(
                    "Timeout while waiting for machine to shut ?down",
                    (run, line, logs) -> Failure.build(
                                    "The guest did not power off in time", "Its console shows why." + logs)
                            .worthRetrying()));

    /** Builder scripts on this host use cst's exit codes. */
    private static final String HOST_FAILED = Integer.toString(Failure.Kind.HOST.exitCode());

    private static final String REMOTE_FAILED = Integer.toString(Failure.Kind.REMOTE.exitCode());

    private static final Pattern SCRIPT_FAILED =
            Pattern.compile("Script exited with non-zero exit status: (\\d+)|Error executing script");

    private PackerFailureClassifier() {}

    /** The failure of a run; {@code logs} names its log files, or is empty. */
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
        var output = transcript.tail().isEmpty() ? " and no output" : ":\n" + transcript.tail();
        return Failure.build("Packer failed with exit code " + exitCode + output, logs);
    }

    private static Failure scriptFailed(Run run, String script, @Nullable String status, String where) {
        var transcript = run.transcript();
        if (transcript.isLocal()
                && NO_NETWORK.pattern().matcher(transcript.tail()).find()) {
            return explained(NO_NETWORK, run, transcript.tail(), where);
        }
        if (MIRROR.pattern().matcher(transcript.tail()).find()) {
            return explained(MIRROR, run, transcript.tail(), where);
        }
        var message = "The script " + script + " failed" + (status == null ? "" : " with exit status " + status)
                + "; the end of its output:\n" + transcript.tail();
        if (transcript.isLocal() && HOST_FAILED.equals(status)) {
            return Failure.host(message, "Fix the reported problem and build again." + where);
        }
        if (transcript.isLocal() && REMOTE_FAILED.equals(status)) {
            return Failure.remote(message, "Fix the reported problem and build again." + where, false);
        }
        return Failure.build(message, "Fix the reported problem and build again." + where);
    }

    private static @Nullable Failure first(List<FailurePattern> patterns, Run run, String where) {
        var text = run.transcript().everything();
        for (var cause : patterns) {
            if (cause.pattern().matcher(text).find()) {
                return explained(cause, run, text, where);
            }
        }
        return null;
    }

    private static Failure explained(FailurePattern cause, Run run, String text, String logs) {
        var line = text.lines()
                .filter(each -> cause.pattern().matcher(each).find())
                .findFirst()
                .orElse("")
                .strip();
        return cause.explanation().of(run, line, logs);
    }

    private static FailurePattern cause(String expression, Explanation explanation) {
        return new FailurePattern(Pattern.compile(expression), explanation);
    }

    private static String during(Run run) {
        var script = run.transcript().script();
        return script == null ? "" : " (while running " + script + ")";
    }
}
