package io.pinfold;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The arrows between the rooms of this module, and what each room may touch, checked on the compiled classes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
    private static final String VALUES = "io.pinfold";
    private static final String WIRE = "io.pinfold.wire";
    private static final String SESSION = "io.pinfold.client.session";
    private static final String NET = "io.pinfold.client.net";
    private static final String TLS = "io.pinfold.tls";
    private static final String LIVE_TLS = "io.pinfold.tls.live";
    private static final String CLIENT = "io.pinfold.client";
    private static final String METERS = "io.pinfold.client.micrometer";
    private static final String JMX = "io.pinfold.client.jmx";
    private static final String FRAMEWORK = "io.pinfold.framework";
    private static final String ANNOTATIONS = "org.jspecify.annotations";

    /** What a room without input and output, threads, clocks and chance may not even mention. */
    private static final String[] OUTSIDE_WORLD = {
        "io.netty..", "java.net..", "java.nio.channels..", "java.nio.file..", "java.util.concurrent..", "java.time.."
    };

    private static final Set<String> OUTSIDE_CLASSES = Set.of(
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.Runtime",
            "java.io.File",
            "java.util.Date",
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.Timer",
            "java.util.UUID",
            "java.security.SecureRandom");

    private static final Set<String> OUTSIDE_METHODS =
            Set.of("nanoTime", "currentTimeMillis", "getenv", "getProperty", "identityHashCode", "random");

    private JavaClasses classes;

    @BeforeAll
    void readTheCompiledClasses() throws Exception {
        var place = Stat.class.getProtectionDomain().getCodeSource().getLocation();
        classes = new ClassFileImporter().importUrl(place).that(resideInAPackage("io.pinfold.."));
    }

    @Test
    void valuesDependOnNothing() {
        classes()
                .that()
                .resideInAPackage(VALUES)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", VALUES, ANNOTATIONS))
                .because("values are what everything else speaks of")
                .check(classes);
    }

    @Test
    void theWireDependsOnValuesAndTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage(WIRE)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java.lang..", "java.util..", "java.nio..", VALUES, WIRE, ANNOTATIONS))
                .because("client, server and simulation share these bytes")
                .check(classes);
    }

    @Test
    void wireAndSessionTouchNoWorldOutside() {
        noClasses()
                .that()
                .resideInAnyPackage(WIRE, SESSION)
                .should()
                .dependOnClassesThat(resideInAnyPackage(OUTSIDE_WORLD).or(isOneOf(OUTSIDE_CLASSES)))
                .because("the simulation replays them: let the caller hand in the time, the bytes and the chance")
                .check(classes);
    }

    @Test
    void wireAndSessionAskNoClockAndNoEnvironment() {
        noClasses()
                .that()
                .resideInAnyPackage(WIRE, SESSION)
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "it asks the JVM for something that differs from run to run",
                        call -> isOutside(call.getTarget())))
                .because("the simulation replays them: let the caller hand in the time and the settings")
                .check(classes);
    }

    @Test
    void arrowsPointFromTheFrameworkDownToTheValues() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("framework")
                .definedBy(FRAMEWORK)
                .layer("meters")
                .definedBy(METERS, JMX)
                .layer("client")
                .definedBy(CLIENT)
                .layer("net")
                .definedBy(NET)
                .layer("tls")
                .definedBy(TLS)
                .layer("live tls")
                .definedBy(LIVE_TLS)
                .layer("session")
                .definedBy(SESSION)
                .layer("wire")
                .definedBy(WIRE)
                .layer("values")
                .definedBy(VALUES)
                .whereLayer("framework")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("meters")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("client")
                .mayOnlyBeAccessedByLayers("framework", "meters")
                .whereLayer("net")
                .mayOnlyBeAccessedByLayers("client")
                .whereLayer("tls")
                .mayOnlyBeAccessedByLayers("client", "net", "live tls")
                .whereLayer("live tls")
                .mayOnlyBeAccessedByLayers("net")
                .whereLayer("session")
                .mayOnlyBeAccessedByLayers("client", "net")
                .whereLayer("wire")
                .mayOnlyBeAccessedByLayers("client", "net", "session")
                .check(classes);
    }

    @Test
    void everyPackageHasItsPlaceInTheLayers() {
        classes()
                .should()
                .resideInAnyPackage(VALUES, WIRE, SESSION, NET, TLS, LIVE_TLS, CLIENT, METERS, JMX, FRAMEWORK)
                .because("a new room needs a layer in this test")
                .check(classes);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void noMethodIsSynchronized() {
        methods()
                .should()
                .notHaveModifier(SYNCHRONIZED)
                .because("waiting for a monitor cannot be interrupted or timed: use a ReentrantLock, or one owner")
                .check(classes);
    }

    @Test
    void staticFieldsAreFinal() {
        fields().that()
                .haveModifier(STATIC)
                .should()
                .haveModifier(FINAL)
                .because("state belongs to an object that somebody owns")
                .check(classes);
    }

    private static DescribedPredicate<JavaClass> isOneOf(Set<String> names) {
        return DescribedPredicate.describe("are one of " + names, type -> names.contains(type.getName()));
    }

    private static boolean isOutside(AccessTarget target) {
        String owner = target.getOwner().getName();
        return (owner.equals("java.lang.System") || owner.equals("java.lang.Math"))
                && OUTSIDE_METHODS.contains(target.getName());
    }
}
