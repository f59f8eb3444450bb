package io.pinfold.testing.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test in simulated time: in place of {@code @Test}, it runs once for each seed, as a program of a
 * {@link io.pinfold.testing.kit.SimulatedEnsemble}; so do the methods before and after each test. Parameters may be that
 * ensemble (also as {@link io.pinfold.testing.kit.TestEnsemble}), its
 * {@link io.pinfold.testing.kit.SimulatedFaults faults}, or a {@link io.pinfold.client.PinfoldClient}, another one for each
 * such parameter.
 *
 * <p>A failure says the seed, and how to run it again: {@code -Dpinfold.seed=N} runs this one alone, in all such tests that
 * are chosen to run, and {@code -Dpinfold.seeds=N} runs so many of them in each.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SimulationExtension.class)
public @interface SimulatedTest {
    /** {@return how many members the ensemble has} */
    int members() default 3;

    /** {@return the first seed} */
    long seed() default 1;

    /** {@return how many seeds the test runs with, one after the other} */
    int seeds() default 1;
}
