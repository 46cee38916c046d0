package dev.cstemplates.validation.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GuestFactsTest {

    private static final long DISK = 7L << 30;

    @Test
    void rootAtTheEndOfTheDiskHasGrown() {
        assertThat(facts(DISK, DISK - (1 << 20), 6L << 30, (6L << 30) / 100 * 97)
                        .rootNotGrownTo(DISK))
                .isEmpty();
    }

    @Test
    void unchangedPartitionHasNotGrown() {
        assertThat(facts(DISK, 4L << 30, 3L << 30, 3L << 30).rootNotGrownTo(DISK))
                .hasValueSatisfying(why -> assertThat(why).contains("partition ends"));
    }

    @Test
    void unchangedFileSystemHasNotGrown() {
        assertThat(facts(DISK, DISK, 6L << 30, 3L << 30).rootNotGrownTo(DISK))
                .hasValueSatisfying(why -> assertThat(why).contains("file system"));
    }

    @Test
    void invalidFactsHaveNotGrown() {
        assertThat(GuestFacts.parse("disk=many\nrootEnd=-1\n\n=x\n").rootNotGrownTo(DISK))
                .isPresent();
        assertThat(facts(1, 1, 1, 1).rootNotGrownTo(DISK)).isPresent();
    }

    @Test
    void unknownFactsNeverAgree() {
        var none = GuestFacts.parse("machineId=\n");

        assertThat(none.agreesWith(none, "machineId")).isFalse();
    }

    private static GuestFacts facts(long disk, long end, long partition, long filesystem) {
        return GuestFacts.parse("disk=%d\nrootEnd=%d\nrootPartition=%d\nrootFilesystem=%d\n"
                .formatted(disk, end, partition, filesystem));
    }
}
