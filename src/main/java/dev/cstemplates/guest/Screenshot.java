/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A guest's screen. QEMU before 7.1 writes only PPM, which browsers do not show; this converts it to PNG. */
public final class Screenshot {

    private static final int MAX_SIZE = 8192;

    private final BufferedImage image;

    private Screenshot(BufferedImage image) {
        this.image = image;
    }

    /** Writes the screen of {@code qmp}'s guest to {@code png}. */
    public static void take(Qmp qmp, Path png) throws IOException {
        var ppm = png.resolveSibling(png.getFileName() + ".ppm");
        try {
            qmp.screendump(ppm);
            readPpm(ppm).writePng(png);
        } finally {
            Files.deleteIfExists(ppm);
        }
    }

    /** Reads a binary PPM picture ({@code P6}, 8 bits per colour, at most 8192 pixels per side). */
    static Screenshot readPpm(Path file) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            if (in.read() != 'P' || in.read() != '6') {
                throw new IOException(file + " is not a binary PPM image");
            }
            var width = number(in, file, MAX_SIZE);
            var height = number(in, file, MAX_SIZE);
            if (number(in, file, 255) != 255) {
                throw new IOException(file + " does not have 8 bits per colour");
            }
            var pixels = in.readNBytes(width * height * 3);
            if (pixels.length != width * height * 3) {
                throw new IOException(
                        file + " ends after " + pixels.length + " bytes of pixels, expected " + width * height * 3);
            }
            return new Screenshot(paint(width, height, pixels));
        }
    }

    void writePng(Path file) throws IOException {
        if (!ImageIO.write(image, "png", file.toFile())) {
            throw new IOException("This JDK cannot write PNG images");
        }
    }

    private static BufferedImage paint(int width, int height, byte[] pixels) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var at = 0;
        for (var y = 0; y < height; y++) {
            for (var x = 0; x < width; x++) {
                image.setRGB(x, y, (pixels[at] & 0xFF) << 16 | (pixels[at + 1] & 0xFF) << 8 | (pixels[at + 2] & 0xFF));
                at += 3;
            }
        }
        return image;
    }

    /** Reads white space (with comments), a number from 1 to {@code most}, and the one byte after it. */
    private static int number(InputStream in, Path file, int most) throws IOException {
        var next = in.read();
        while (next == ' ' || next == '\t' || next == '\r' || next == '\n' || next == '#') {
            if (next == '#') {
                while (next != '\n' && next >= 0) {
                    next = in.read();
                }
            }
            next = in.read();
        }
        var value = 0;
        while (next >= '0' && next <= '9' && value <= most) {
            value = value * 10 + (next - '0');
            next = in.read();
        }
        if (value < 1 || value > most) {
            throw new IOException("Invalid header of " + file + ": a number is not in 1 to " + most);
        }
        return value;
    }
}
