/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import com.sun.net.httpserver.HttpExchange;
import dev.cstemplates.cloudstack.fake.FormatProcessor.BadFile;
import dev.cstemplates.cloudstack.fake.ZoneCopy.Outcome;
import dev.cstemplates.cloudstack.fake.ZoneCopy.Stored;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The secondary storage VM's upload endpoint: {@code POST /upload/ID}. */
final class UploadServer {

    private static final List<String> HEADERS = List.of("x-signature", "x-metadata", "x-expires");

    /** A rejection with the VM's text. */
    private static final class UploadRejected extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        UploadRejected(int status, String text) {
            super(text);
            this.status = status;
        }
    }

    private final Cloud cloud;
    private final UploadTickets tickets;

    UploadServer(Cloud cloud, UploadTickets tickets) {
        this.cloud = cloud;
        this.tickets = tickets;
    }

    void handle(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var id = path.substring(path.lastIndexOf('/') + 1);
        var fault = cloud.faults.of("upload", cloud.now());
        if (fault.filter(Fault.CutBefore.class::isInstance).isPresent()) {
            exchange.close();
            return;
        }
        try {
            var text = receive(exchange, id);
            if (fault.filter(Fault.CutAfter.class::isInstance).isPresent()) {
                exchange.close();
                return;
            }
            answer(exchange, 200, text);
        } catch (UploadRejected e) {
            answer(exchange, e.status, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            fail(id);
            exchange.close();
        }
    }

    private String receive(HttpExchange exchange, String id) throws IOException, UploadRejected {
        if (!exchange.getRequestMethod().equals("POST")) {
            throw new UploadRejected(400, "only post requests are allowed");
        }
        var template = checkTicket(exchange, id);
        var length = length(exchange, id);
        var fate = cloud.faults.upload();
        var body = cloud.storage.newFile();
        try (var target = Files.newOutputStream(body)) {
            if (fate == UploadFate.DIES_HALFWAY) {
                target.write(exchange.getRequestBody().readNBytes((int) (length / 2)));
                throw new IOException("half of it is enough");
            }
            var received = exchange.getRequestBody().transferTo(target);
            if (received < length) {
                throw new IOException("the client hung up");
            }
        }
        var stored = store(exchange, template, body);
        synchronized (cloud) {
            tickets.become(id, UploadTickets.State.COMPLETED);
            var copy = template.copies.values().iterator().next();
            switch (fate) {
                case VANISHES -> copy.lost();
                case FAILS_AFTERWARDS -> copy.refused(cloud.settings.failedUploadListings);
                case AS_SENT, DIES_HALFWAY -> copy.uploaded(Outcome.ready(stored, 100));
            }
        }
        return "upload successful.";
    }

    private Template checkTicket(HttpExchange exchange, String id) throws UploadRejected {
        synchronized (cloud) {
            var headers = exchange.getRequestHeaders();
            if (!HEADERS.stream().allMatch(headers::containsKey)) {
                burn(id);
                throw new UploadRejected(400, "signature, metadata and expires are compulsory fields.");
            }
            var expires = String.valueOf(headers.getFirst("x-expires"));
            var url = "http://" + headers.getFirst("Host") + exchange.getRequestURI();
            var isSigned = tickets.isSigned(
                    String.valueOf(headers.getFirst("x-signature")),
                    String.valueOf(headers.getFirst("x-metadata")),
                    url,
                    expires);
            if (tickets.state(id) != UploadTickets.State.UNUSED) {
                throw new UploadRejected(
                        400,
                        "The one time post url is already used and the upload is in %s state."
                                .formatted(tickets.state(id)));
            }
            if (!isSigned) {
                burn(id);
                throw new UploadRejected(400, "signature validation failed.");
            }
            if (tickets.hasExpired(expires)) {
                burn(id);
                throw new UploadRejected(400, "request not valid anymore.");
            }
            return tickets.template(id).orElseThrow(() -> new UploadRejected(400, "unknown upload"));
        }
    }

    /** A chunked attempt keeps the ticket valid. */
    private long length(HttpExchange exchange, String id) throws UploadRejected {
        var length = exchange.getRequestHeaders().getFirst("Content-Length");
        if (length == null) {
            throw new UploadRejected(400, "content length is not set in the request or has invalid value.");
        }
        var bytes = Long.parseLong(length);
        if (bytes > cloud.settings.mostBytes) {
            burn(id);
            throw new UploadRejected(400, "content length " + bytes + " exceeds the maximum upload size");
        }
        synchronized (cloud) {
            tickets.become(id, UploadTickets.State.IN_PROGRESS);
        }
        return bytes;
    }

    private Stored store(HttpExchange exchange, Template template, Path body) throws IOException, UploadRejected {
        var part = Multipart.file(
                        body, String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")))
                .orElseThrow(() -> stuck(template));
        var file = part.extract(body, cloud.storage.newFile());
        Files.delete(body);
        var type = FileType.of(file);
        if (!FileType.fits(type, part.extension())) {
            burn(template.id);
            throw new UploadRejected(
                    400, "File type mismatch between the sent file and the actual content. Received: " + type);
        }
        if (!FileType.fits(type, template.format)) {
            burn(template.id);
            throw new UploadRejected(
                    500,
                    "File type mismatch between uploaded file and selected format. Selected file format: %s. Received: %s"
                            .formatted(template.format, type));
        }
        if (!template.checksum.isEmpty()) {
            burn(template.id);
            throw new UploadRejected(
                    500,
                    "Usage: createtmplt.sh: -t <template-fs> -n <templatename> -f <root disk file> -d <descr> -h  [-u]"
                            + " [-v]");
        }
        try {
            var size = FormatProcessor.virtualSize(file, template.format);
            return new Stored(file, size, Files.size(file), "");
        } catch (BadFile e) {
            burn(template.id);
            throw new UploadRejected(500, "The uploaded " + e.text());
        }
    }

    /** The monitor is not notified: the template stays in progress. */
    private UploadRejected stuck(Template template) {
        synchronized (cloud) {
            template.copies.values().forEach(ZoneCopy::stuck);
        }
        return new UploadRejected(500, "Bad string: no multipart body");
    }

    private void fail(String id) {
        synchronized (cloud) {
            burn(id);
        }
    }

    /** A rejected attempt uses the ticket up. */
    private void burn(String id) {
        synchronized (cloud) {
            tickets.become(id, UploadTickets.State.ERROR);
            tickets.template(id)
                    .flatMap(template -> template.copies.values().stream().findFirst())
                    .ifPresent(copy -> copy.refused(cloud.settings.failedUploadListings));
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            // Unread data would be parsed as the next request.
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
