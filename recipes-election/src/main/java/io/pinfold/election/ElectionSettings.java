package io.pinfold.election;

import io.pinfold.Acl;
import io.pinfold.framework.LeaseState;
import io.pinfold.framework.PlaceTerms;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What an {@link ElectionBuilder} collected. Immutable. */
record ElectionSettings(
        String path,
        ElectionLayout layout,
        String candidate,
        String metadata,
        List<Acl> acl,
        LeaseState revokeOn,
        @Nullable BooleanSupplier health,
        Duration healthInterval,
        Duration handicap,
        Consumer<RuntimeException> failureListener,
        Consumer<TermEnd> termListener,
        boolean closeAtShutdown) {

    Announcement announcement() {
        return new Announcement(candidate, metadata);
    }

    PlaceTerms terms() {
        return PlaceTerms.exclusive(path, layout.names())
                .withAcl(acl)
                .withData(announcement().bytes());
    }
}
