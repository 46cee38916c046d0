package dev.cstemplates.validation.router;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * User data and metadata over HTTP: {@code /latest/user-data}, {@code /latest/meta-data/} (the list of keys) and
 * {@code /latest/meta-data/KEY}. The instance is recognised by its address; other clients and unknown keys get 404.
 */
final class MetadataServer implements AutoCloseable {

    private static final String ROOT = "/latest/";
    private static final String METADATA = "meta-data";

    private final Instance instance;
    private final Map<String, String> metadata;
    private final RouterLog log;
    private final PlainHttpServer server;

    private MetadataServer(InetSocketAddress address, Instance instance, String domain, RouterLog log) {
        this.instance = instance;
        this.metadata = metadataOf(instance, domain);
        this.log = log;
        this.server = PlainHttpServer.serve("metadata server", address, this::handle);
    }

    static MetadataServer start(InetSocketAddress address, Instance instance, String domain, RouterLog log) {
        return new MetadataServer(address, instance, domain, log);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var source = PlainHttpServer.sourceOf(exchange);
        var method = exchange.getRequestMethod();
        var path = exchange.getRequestURI().getPath();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            log.add(RouterLog.Service.METADATA, source, method + " " + path, "405");
            PlainHttpServer.send(exchange, 405, "");
            return;
        }
        var content = source.equals(instance.address()) ? contentAt(path) : Optional.<String>empty();
        log.add(
                RouterLog.Service.METADATA,
                source,
                path,
                content.map(text -> "200 " + text).orElse("404"));
        PlainHttpServer.send(exchange, content.isPresent() ? 200 : 404, content.orElse("Not found\n"));
    }

    private Optional<String> contentAt(String path) {
        if (!path.startsWith(ROOT)) {
            return Optional.empty();
        }
        var rest = path.substring(ROOT.length());
        if (rest.equals("user-data")) {
            return Optional.of(instance.userData());
        }
        if (rest.equals(METADATA) || rest.equals(METADATA + "/")) {
            return Optional.of(String.join("\n", metadata.keySet()));
        }
        // CloudStack's router answers /latest/KEY too; its SSH-key script uses that.
        var key = rest.startsWith(METADATA + "/") ? rest.substring(METADATA.length() + 1) : rest;
        return Optional.ofNullable(metadata.get(key));
    }

    /** The keys of CloudStack's router, in its order. */
    static Map<String, String> metadataOf(Instance instance, String domain) {
        var all = new LinkedHashMap<String, String>();
        all.put("service-offering", "Validation Instance");
        all.put("availability-zone", "validation");
        all.put("local-ipv4", instance.address());
        all.put("local-hostname", instance.hostname());
        all.put("public-ipv4", VirtualRouter.ADDRESS);
        all.put("public-hostname", VirtualRouter.ADDRESS);
        all.put("instance-id", instance.id().toString());
        all.put("vm-id", instance.id().toString());
        all.put("public-keys", instance.publicKey());
        all.put("cloud-identifier", "CloudStack-{" + instance.id() + "}");
        all.put("cloud-domain", domain);
        all.put("hypervisor-host-name", "validation-host");
        return all;
    }
}
