package dev.cstemplates.cloudstack;

import java.net.URI;
import java.net.URISyntaxException;

/** URLs as people may see them. */
final class Urls {

    private Urls() {}

    /** Without user, password, query and fragment: that is where tokens are. */
    static String shown(String url) {
        try {
            return shown(new URI(url));
        } catch (URISyntaxException e) {
            return "(an address that can't be read)";
        }
    }

    static String shown(URI url) {
        if (url.getHost() == null) {
            return "(an address without a host)";
        }
        var port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + url.getRawPath();
    }
}
