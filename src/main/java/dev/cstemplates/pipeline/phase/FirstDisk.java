package dev.cstemplates.pipeline.phase;

/** What the phases that make the first disk have in common, whatever source they make it from: the next phase can't tell them apart. */
final class FirstDisk {

    static final String PHASE = "install";

    /** The disk that such a phase leaves. */
    static final String FILE = "disk.qcow2";

    private FirstDisk() {}
}
