package io.pinfold.testing.junit;

import java.lang.reflect.Method;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a {@link SimulatedTest} with each of its seeds. Stateless. */
public final class SimulationExtension implements TestTemplateInvocationContextProvider {
    private static final String ONE_SEED = "pinfold.seed";
    private static final String SEEDS = "pinfold.seeds";

    /** Makes one; for JUnit. */
    public SimulationExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getTestMethod()
                .map(method -> AnnotationSupport.isAnnotated(method, SimulatedTest.class))
                .orElse(false);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        SimulatedTest test =
                AnnotationSupport.findAnnotation(method, SimulatedTest.class).orElseThrow();
        Long only = Long.getLong(ONE_SEED);
        long first = only == null ? test.seed() : only;
        long count = only == null ? Long.getLong(SEEDS, test.seeds()) : 1;
        return LongStream.range(first, first + count).mapToObj(seed -> new SimulatedRun(test.members(), seed));
    }
}
