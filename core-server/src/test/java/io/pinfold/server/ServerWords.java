package io.pinfold.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What servers of this process say to their operators, from INFO up. Thread-safe: a list that copies itself. */
final class ServerWords implements AutoCloseable {
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.pinfold.server");
    private final Logger storage = (Logger) LoggerFactory.getLogger("io.pinfold.server.storage");
    private final Level usual = storage.getLevel();
    private final AppenderBase<ILoggingEvent> ear = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage());
        }
    };

    ServerWords() {
        ear.start();
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        storage.setLevel(Level.INFO);
        logger.addAppender(ear);
    }

    /** Forgets what was said until now. */
    void forget() {
        said.clear();
    }

    /** {@return whether all of these were said in one breath} */
    boolean contain(String... parts) {
        return said.stream().anyMatch(words -> List.of(parts).stream().allMatch(words::contains));
    }

    @Override
    public void close() {
        logger.detachAppender(ear);
        logger.setAdditive(true);
        logger.setLevel(null);
        storage.setLevel(usual);
    }

    @Override
    public String toString() {
        return String.join("\n", said);
    }
}
