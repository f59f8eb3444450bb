package io.pinfold.client;

import io.pinfold.client.session.Login;
import io.pinfold.tls.TlsConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a {@link ClientBuilder} collected. Immutable. */
record ClientSettings(
        String name,
        ConnectString servers,
        Duration sessionTimeout,
        Duration operationTimeout,
        RetryPolicy retry,
        @Nullable Duration leaseMargin,
        @Nullable Executor callbacks,
        List<ClientObserver> observers,
        AclProvider acl,
        int maxRequestBytes,
        int maxReplyBytes,
        @Nullable TlsConfig tls,
        @Nullable Login login,
        boolean readOnly,
        PathRule rule) {}
