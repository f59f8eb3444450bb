package io.pinfold.testing.junit;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.kit.Replay;
import io.pinfold.testing.kit.SimulatedEnsemble;
import io.pinfold.testing.kit.SimulatedFaults;
import io.pinfold.testing.kit.TestEnsemble;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/** One run of a simulated test, with one seed and an ensemble of its own. Confined to the thread of its test. */
final class SimulatedRun
        implements TestTemplateInvocationContext,
                BeforeEachCallback,
                AfterEachCallback,
                ParameterResolver,
                InvocationInterceptor,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {
    private static final Set<Class<?>> PARAMETERS =
            Set.of(TestEnsemble.class, SimulatedEnsemble.class, SimulatedFaults.class, PinfoldClient.class);

    private final int members;
    private final long seed;
    private @Nullable SimulatedEnsemble ensemble;

    SimulatedRun(int members, long seed) {
        this.members = members;
        this.seed = seed;
    }

    @Override
    public String getDisplayName(int invocationIndex) {
        return "seed " + seed;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        return List.of(this);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        ensemble = new SimulatedEnsemble(members, seed);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (ensemble != null) {
            ensemble.close();
            ensemble = null;
        }
    }

    private SimulatedEnsemble ensemble() {
        if (ensemble == null) {
            throw new IllegalStateException("There is no ensemble outside of a test");
        }
        return ensemble;
    }

    // ---- parameters ----

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return PARAMETERS.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == PinfoldClient.class) {
            return ensemble().client(Clients.name(parameter));
        }
        return type == SimulatedFaults.class ? ensemble().faults() : ensemble();
    }

    // ---- methods of the test, each a program ----

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation);
    }

    private void run(Invocation<Void> invocation) throws Exception {
        ensemble().run(() -> {
            try {
                invocation.proceed();
            } catch (Exception | Error failure) { // the boundary of a test's own code
                throw failure;
            } catch (Throwable failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    // ---- failures ----

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    private Throwable explained(ExtensionContext context, Throwable failure) {
        String test = context.getRequiredTestClass().getSimpleName()
                + '#'
                + context.getRequiredTestMethod().getName();
        String how = "seed " + seed + "; again: -Dtest=" + test + " -Dpinfold.seed=" + seed;
        failure.addSuppressed(new Replay(how));
        context.publishReportEntry("pinfold.seed", Long.toString(seed));
        return failure;
    }
}
