package dev.cstemplates.cloudstack;

import java.net.URI;

/**
 * The right to upload one file once. Signature and metadata are secrets: neither is in {@link #toString()}.
 *
 * @param template id of the template, which exists already
 * @param expires the server's text, sent back unchanged
 */
public record UploadTicket(String template, URI url, String metadata, String expires, String signature) {

    static UploadTicket of(JsonFields fields) {
        return new UploadTicket(
                fields.text("id"),
                URI.create(fields.text("postURL")),
                fields.text("metadata"),
                fields.text("expires"),
                fields.text("signature"));
    }

    @Override
    public String toString() {
        return "UploadTicket[template=" + template + ", url=" + Urls.withoutSecrets(url) + "]";
    }
}
