package io.pinfold.testing.kit;

import io.pinfold.client.ClientBuilder;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An ensemble that a test has for itself, with clients, and faults at hand. What is written against this interface runs
 * on real sockets ({@link LiveEnsemble}) and in simulated time ({@link SimulatedEnsemble}).
 */
public interface TestEnsemble {
    /** {@return how many members there are, numbered from 1, running or not} */
    int size();

    /**
     * {@return the client of this name; made when it is first asked for, and closed with the ensemble at the latest}
     *
     * <p>It begins to connect at once; the first call waits for that. Its sessions last four seconds.
     *
     * @param name what it is called in messages
     */
    default PinfoldClient client(String name) {
        return client(name, settings -> settings);
    }

    /**
     * {@return the client of this name; made when it is first asked for, and closed with the ensemble at the latest}
     *
     * @param name what it is called in messages
     * @param settings changes how the client is made; not asked if it was made before
     */
    PinfoldClient client(String name, UnaryOperator<ClientBuilder> settings);

    /** {@return what can go wrong} */
    Faults faults();

    /**
     * {@return the data of a znode, past all clients and faults; empty if there is no such znode}
     *
     * @param path where it is
     */
    Optional<byte[]> read(String path);

    /**
     * {@return the value of a znode, past all clients and faults; empty if there is no such znode}
     *
     * @param path where it is
     * @param codec how the value is written
     * @param <T> the type of the value
     */
    default <T> Optional<T> read(String path, Codec<T> codec) {
        return read(path).map(codec::decode);
    }
}
