package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Remembers the first failure to write, after which nothing may be written or believed durable any more: the operating
 * system forgets what it could not write, so trying again would succeed and mean nothing. Thread-safe: one atomic.
 */
final class Poison {
    private final AtomicReference<StorageException> first = new AtomicReference<>();

    /** Fails once anything has failed. */
    void check() throws StorageException {
        StorageException failure = first.get();
        if (failure != null) {
            throw new StorageException("storage is out of use since " + failure.getMessage(), failure);
        }
    }

    /** Does what writes; a failure is the last thing that this storage does. */
    void guard(String action, Action body) throws StorageException {
        check();
        boolean done = false;
        try {
            body.run();
            done = true;
        } catch (IOException e) {
            StorageException failure = describe(action, e);
            first.compareAndSet(null, failure);
            throw failure;
        } finally {
            if (!done) { // an error of the program: nobody knows how far it came
                first.compareAndSet(null, new StorageException("could not " + action + ": an internal error"));
            }
        }
    }

    /** Does what may fail without consequences for the log. */
    static void describing(String action, Action body) throws StorageException {
        try {
            body.run();
        } catch (IOException e) {
            throw describe(action, e);
        }
    }

    static StorageException describe(String action, IOException e) {
        if (e instanceof StorageException described) {
            return described;
        }
        return new StorageException("could not " + action + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "no permission for " + denied.getFile();
        }
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + " is missing";
        }
        if (e instanceof FileSystemException failed && failed.getReason() == null) {
            return failed.toString();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    boolean isSpread() {
        return first.get() != null;
    }

    /** Something that may fail. */
    interface Action {
        void run() throws IOException;
    }
}
