package io.pinfold.testing.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of a class get an ensemble on real sockets: parameters of their methods may be a
 * {@link io.pinfold.testing.kit.LiveEnsemble} (or {@link io.pinfold.testing.kit.TestEnsemble}), its
 * {@link io.pinfold.server.Ensemble}, one of its {@link io.pinfold.server.PinfoldServer servers}, or a
 * {@link io.pinfold.client.PinfoldClient}, a new one for each such parameter.
 *
 * <p>Everything is closed afterwards, also after failures. With settings that an annotation cannot express, register an
 * {@link EnsembleExtension} in a field instead.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EnsembleExtension.class)
public @interface PinfoldTest {
    /** {@return how many members the ensemble has} */
    int members() default 1;

    /** {@return whether the tests share the ensemble} */
    Share share() default Share.PER_CLASS;
}
