package dev.cstemplates.media;

/** Which content a source stands for today, and why that is believed. */
record ResolvedMedium(String fileName, String version, Digest digest, Provenance evidence) {}
