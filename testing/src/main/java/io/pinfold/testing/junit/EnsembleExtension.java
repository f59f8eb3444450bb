package io.pinfold.testing.junit;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.Ensemble;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.testing.kit.LiveEnsemble;
import io.pinfold.testing.kit.TestEnsemble;
import java.io.IOException;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives tests an ensemble on real sockets, as {@link PinfoldTest} says, or with settings of a test's own:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final EnsembleExtension ENSEMBLE =
 *         EnsembleExtension.of(3, config -> config.withMaxSessionTimeout(Duration.ofSeconds(2)));
 * }</pre>
 *
 * <p>In a static field it makes one for the class, in another one for each test. Thread-safe: all state is in JUnit's
 * stores.
 */
public final class EnsembleExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(EnsembleExtension.class);
    private static final String KEY = "ensemble";
    private static final Set<Class<?>> PARAMETERS =
            Set.of(TestEnsemble.class, LiveEnsemble.class, Ensemble.class, PinfoldServer.class, PinfoldClient.class);

    private final int members;
    private final UnaryOperator<ServerConfig> settings;

    /** Makes what {@link PinfoldTest} says; for JUnit. */
    public EnsembleExtension() {
        this(0, config -> config);
    }

    private EnsembleExtension(int members, UnaryOperator<ServerConfig> settings) {
        this.members = members;
        this.settings = settings;
    }

    /**
     * {@return an extension for a field}
     *
     * @param members how many members the ensemble has
     */
    public static EnsembleExtension of(int members) {
        return of(members, config -> config);
    }

    /**
     * {@return an extension for a field}
     *
     * @param members how many members the ensemble has
     * @param settings changes the configuration of each member
     */
    public static EnsembleExtension of(int members, UnaryOperator<ServerConfig> settings) {
        return new EnsembleExtension(members, settings);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        if (find(context) == null && (members > 0 || said(context).share() == Share.PER_CLASS)) {
            start(context);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException, InterruptedException {
        if (find(context) == null) {
            start(context);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        LiveEnsemble own = context.getStore(SPACE).remove(KEY, LiveEnsemble.class);
        if (own != null) {
            own.close();
            return;
        }
        LiveEnsemble shared = find(context);
        if (shared != null) {
            try {
                shared.faults().heal();
            } finally {
                shared.closeClients();
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        LiveEnsemble own = context.getStore(SPACE).remove(KEY, LiveEnsemble.class);
        if (own != null) {
            own.close();
        }
    }

    private void start(ExtensionContext context) throws IOException, InterruptedException {
        int size = members > 0 ? members : said(context).members();
        context.getStore(SPACE).put(KEY, LiveEnsemble.start(size, settings));
    }

    private static PinfoldTest said(ExtensionContext context) {
        for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
            var annotation = AnnotationSupport.findAnnotation(type, PinfoldTest.class);
            if (annotation.isPresent()) {
                return annotation.get();
            }
        }
        throw new IllegalStateException(
                "Neither @PinfoldTest nor EnsembleExtension.of() says how many members there are");
    }

    /** {@return the ensemble of this test or class, or of one around it} */
    private static @Nullable LiveEnsemble find(ExtensionContext context) {
        return context.getStore(SPACE).get(KEY, LiveEnsemble.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return PARAMETERS.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        LiveEnsemble ensemble = find(context);
        if (ensemble == null) {
            throw new IllegalStateException(
                    "There is no ensemble here: it is made for each test, or in a field that is not static");
        }
        Class<?> type = parameter.getParameter().getType();
        if (type == Ensemble.class) {
            return ensemble.servers();
        } else if (type == PinfoldServer.class) {
            return ensemble.servers().server(1);
        } else if (type == PinfoldClient.class) {
            return ensemble.client(Clients.name(parameter));
        }
        return ensemble;
    }
}
