package dev.cstemplates.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Sound files of every format, with one to six places broken: read, or refused with the offset. */
final class BrokenFilesTest {

    private static final Sample QCOW2 = Qcow2Image.mixed(3, 9).sample();
    private static final Sample OLD_QCOW2 = Qcow2Image.mixed(2, 16).sample();
    private static final Sample VHD = VhdImage.mixed(4096).sample();
    private static final Sample VMDK = VmdkImage.mixed(4096).sample();
    private static final Sample OVA = new OvaImage(VMDK).sample();

    private static Path file = Path.of("");

    @BeforeContainer
    static void makeFile() throws IOException {
        file = Files.createTempFile("broken", ".disk");
    }

    @AfterContainer
    static void removeFile() throws IOException {
        Files.delete(file);
    }

    @Provide
    Arbitrary<List<Mutation>> mutations() {
        return Mutation.any().list().ofMinSize(1).ofMaxSize(6);
    }

    @Property(tries = 300)
    void qcow2OfSmallClusters(@ForAll("mutations") List<Mutation> mutations) {
        new Hostile(QCOW2, file, Qcow2Reader::open).survives(mutations, false);
    }

    @Property(tries = 100)
    void qcow2OfUsualClusters(@ForAll("mutations") List<Mutation> mutations) {
        new Hostile(OLD_QCOW2, file, Qcow2Reader::open).survives(mutations, false);
    }

    @Property(tries = 300)
    void vhd(@ForAll("mutations") List<Mutation> mutations, @ForAll boolean repaired) {
        new Hostile(VHD, file, VhdReader::open).survives(mutations, repaired);
    }

    @Property(tries = 300)
    void vmdk(@ForAll("mutations") List<Mutation> mutations, @ForAll boolean repaired) {
        new Hostile(VMDK, file, VmdkReader::open).survives(mutations, repaired);
    }

    @Property(tries = 300)
    void ova(@ForAll("mutations") List<Mutation> mutations, @ForAll boolean repaired) {
        new Hostile(OVA, file, OvaReader::open).survives(mutations, repaired);
    }
}
