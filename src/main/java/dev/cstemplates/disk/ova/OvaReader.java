/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.DiskReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The first disk of an OVA: a tar archive with a descriptor (OVF), a manifest and VMDK disks, in any order. Nothing is unpacked.
 * {@link OvaCheck} checks whether CloudStack accepts the rest.
 */
public final class OvaReader implements DiskReader {

    private static final int MAX_DESCRIPTOR = 1 << 20;
    private static final int MAX_MANIFEST = 64 << 10;

    private final BoundedFile file;
    private final List<TarMember> members;
    private final TarMember diskMember;
    private final Ovf descriptor;
    private final VmdkReader disk;

    private OvaReader(BoundedFile file) {
        this.file = file;
        this.members = TarReader.members(file);
        var ovf = member(".ovf").orElseThrow(() -> file.broken(0, "no member's name ends in .ovf", "a descriptor"));
        this.descriptor = Ovf.parse(file, ovf.offset(), bytes(ovf, MAX_DESCRIPTOR));
        this.diskMember = member(".vmdk").orElseThrow(() -> file.broken(0, "no member's name ends in .vmdk", "a disk"));
        this.disk = VmdkReader.open(file.part(diskMember.offset(), diskMember.length(), "VMDK disk in an OVA"));
    }

    public static OvaReader open(Path path) {
        var file = BoundedFile.open(path, "OVA");
        try {
            return new OvaReader(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    BoundedFile file() {
        return file;
    }

    List<TarMember> members() {
        return members;
    }

    Ovf descriptor() {
        return descriptor;
    }

    /** The member that {@link #read} reads. */
    TarMember diskMember() {
        return diskMember;
    }

    VmdkHeader diskHeader() {
        return disk.header();
    }

    /** The manifest; empty if there is none. */
    byte[] manifest() {
        return member(".mf").map(member -> bytes(member, MAX_MANIFEST)).orElse(new byte[0]);
    }

    private Optional<TarMember> member(String end) {
        return members.stream().filter(member -> member.name().endsWith(end)).findFirst();
    }

    private byte[] bytes(TarMember member, int most) {
        file.require(
                member.length() <= most,
                member.header() + 124,
                "'%s' has %d bytes".formatted(member.name(), member.length()),
                "at most " + most);
        return file.read(member.offset(), (int) member.length()).array();
    }

    @Override
    public long size() {
        return disk.size();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        disk.read(offset, target);
    }

    @Override
    public long zeroes(long offset) {
        return disk.zeroes(offset);
    }

    @Override
    public void close() {
        disk.close();
        file.close();
    }
}
