package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenshotTest {

    @TempDir
    Path folder;

    @Test
    void convertsPpmToPng() throws IOException {
        var shot = Screenshot.readPpm(ppm("P6\n# a comment\n2 1\n255\n\u0001\u0002\u0003\u00ff\u0000\u0080"));
        shot.writePng(folder.resolve("shot.png"));

        var png = ImageIO.read(folder.resolve("shot.png").toFile());
        assertThat(png.getWidth()).isEqualTo(2);
        assertThat(png.getHeight()).isEqualTo(1);
        assertThat(png.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0x010203);
        assertThat(png.getRGB(1, 0) & 0xFFFFFF).isEqualTo(0xff0080);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "P5\n2 1\n255\nabcdef",
                "P6\n2 1\n255\nabc",
                "P6\n0 1\n255\n",
                "P6\n99999999999 1\n255\n",
                "P6\n8192",
                "P6\n2 1\n65535\nabcdefabcdef",
                "P6\n-2 1\n255\nabcdef",
                "P6 # a comment without an end"
            })
    void rejectsAnInvalidPicture(String content) throws IOException {
        var file = ppm(content);

        assertThatThrownBy(() -> Screenshot.readPpm(file)).isInstanceOf(IOException.class);
    }

    private Path ppm(String content) throws IOException {
        return Files.write(folder.resolve("shot.ppm"), content.getBytes(StandardCharsets.ISO_8859_1));
    }
}
