package dev.cstemplates.media;

import dev.cstemplates.core.Digest;

/** Which content a source stands for today, and why that is believed. */
record ResolvedMedium(String fileName, String version, Digest digest, Provenance evidence) {}
