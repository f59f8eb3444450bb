package io.pinfold.groups;

import java.net.URI;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A process that serves something, and where. Immutable: the {@code with} methods give changed copies.
 *
 * @param service what it serves: the name of the service
 * @param id its own name, unique among the service's instances; a znode's name. An empty one is replaced by a random one at
 *     registration
 * @param address host name or address
 * @param port where it listens without TLS, if it does
 * @param sslPort where it listens with TLS, if it does
 * @param metadata what else is to be known, for example its {@link #ZONE}
 * @param enabled whether it wants requests; one that does not is drained: it is there, and gets no new ones
 * @param registeredAt when it registered, in milliseconds since 1970 by its own clock; 0 before that
 */
public record ServiceInstance(
        String service,
        String id,
        String address,
        OptionalInt port,
        OptionalInt sslPort,
        SortedMap<String, String> metadata,
        boolean enabled,
        long registeredAt) {
    /** Name of the metadata that say in which zone an instance runs. */
    public static final String ZONE = "zone";

    /**
     * Keeps its own copy of the metadata.
     *
     * @param service what it serves
     * @param id its own name
     * @param address host name or address
     * @param port where it listens without TLS
     * @param sslPort where it listens with TLS
     * @param metadata what else is to be known
     * @param enabled whether it wants requests
     * @param registeredAt when it registered
     */
    public ServiceInstance {
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    }

    /**
     * {@return an instance with a random id}
     *
     * @param service what it serves
     * @param address host name or address
     * @param port where it listens
     */
    public static ServiceInstance of(String service, String address, int port) {
        return new ServiceInstance(
                service, "", address, OptionalInt.of(port), OptionalInt.empty(), new TreeMap<>(), true, 0);
    }

    /**
     * {@return the same with another id}
     *
     * @param name its own name
     */
    public ServiceInstance withId(String name) {
        return new ServiceInstance(service, name, address, port, sslPort, metadata, enabled, registeredAt);
    }

    /**
     * {@return the same with a port for TLS}
     *
     * @param number where it listens with TLS
     */
    public ServiceInstance withSslPort(int number) {
        return new ServiceInstance(service, id, address, port, OptionalInt.of(number), metadata, enabled, registeredAt);
    }

    /**
     * {@return the same with more metadata}
     *
     * @param name what
     * @param value its value
     */
    public ServiceInstance withMeta(String name, String value) {
        SortedMap<String, String> more = new TreeMap<>(metadata);
        more.put(name, value);
        return new ServiceInstance(service, id, address, port, sslPort, more, enabled, registeredAt);
    }

    /**
     * {@return the same, wanting requests or not}
     *
     * @param wantsRequests whether it wants requests
     */
    public ServiceInstance withEnabled(boolean wantsRequests) {
        return new ServiceInstance(service, id, address, port, sslPort, metadata, wantsRequests, registeredAt);
    }

    /**
     * {@return a URI of this instance: {@code https} if it has a port for TLS, else {@code http}}
     *
     * @param path the path, with a slash at its beginning, or empty
     * @throws IllegalArgumentException if that makes no URI
     */
    public URI uri(String path) {
        String scheme = sslPort.isPresent() ? "https" : "http";
        OptionalInt number = sslPort.isPresent() ? sslPort : port;
        String authority = number.isPresent() ? address + ':' + number.getAsInt() : address;
        return URI.create(scheme + "://" + authority + path);
    }

    ServiceInstance registered(long now) {
        return new ServiceInstance(service, id, address, port, sslPort, metadata, enabled, now);
    }

    /** {@return whether it says that it runs in a zone} */
    boolean isIn(String zone) {
        return zone.equals(metadata.get(ZONE));
    }
}
