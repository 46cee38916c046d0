package dev.cstemplates.disk;

/** A format that a finished disk is written in. */
public enum DiskFormat {
    /** For KVM. */
    QCOW2("qcow2", "qcow2");

    private final String extension;
    private final String qemuName;

    DiskFormat(String extension, String qemuName) {
        this.extension = extension;
        this.qemuName = qemuName;
    }

    /** End of a file's name, without the dot. */
    public String extension() {
        return extension;
    }

    /** What QEMU's tools call it after {@code -f} and {@code -O}. */
    public String qemuName() {
        return qemuName;
    }
}
