package io.pinfold.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The rooms of the server and the arrows between them. */
@Execution(ExecutionMode.CONCURRENT)
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.pinfold.server");

    private static final String[] PURE = {
        "io.pinfold.server.engine..",
        "io.pinfold.server.consensus..",
        "io.pinfold.server.tree..",
        "io.pinfold.server.watch.."
    };

    private static final Set<String> OUTSIDE_CLASSES = Set.of(
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.Runtime",
            "java.util.Date",
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.Timer",
            "java.util.UUID",
            "java.security.SecureRandom");

    private static final Set<String> OUTSIDE_METHODS =
            Set.of("nanoTime", "currentTimeMillis", "getenv", "getProperty", "identityHashCode", "random");

    @Test
    void pureRoomsKnowNoSocketsFilesOrThreads() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.io..",
                        "java.util.concurrent..",
                        "java.time..",
                        "org.slf4j..")
                .because("the engine runs unchanged in a simulation: inputs in, effects out")
                .check(CLASSES);
    }

    @Test
    void pureRoomsKnowNoClocksAndNoChance() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are one of " + OUTSIDE_CLASSES, type -> OUTSIDE_CLASSES.contains(type.getName())))
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "it asks the JVM for something that differs from run to run",
                        call -> isOutside(call.getTarget())))
                .because("the same inputs must give the same effects, in every process")
                .check(CLASSES);
    }

    @Test
    void arrowsPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("server")
                .definedBy("io.pinfold.server")
                .layer("recovery")
                .definedBy("io.pinfold.server.recovery..")
                .layer("migration")
                .definedBy("io.pinfold.server.migration..")
                .layer("admin")
                .definedBy("io.pinfold.server.admin..")
                .layer("transport")
                .definedBy("io.pinfold.server.transport..")
                .layer("engine")
                .definedBy("io.pinfold.server.engine..")
                .layer("consensus")
                .definedBy("io.pinfold.server.consensus..")
                .layer("tree")
                .definedBy("io.pinfold.server.tree..")
                .layer("watch")
                .definedBy("io.pinfold.server.watch..")
                .layer("storage")
                .definedBy("io.pinfold.server.storage..")
                .whereLayer("server")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("recovery")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("migration")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("admin")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("transport")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("server", "admin", "transport", "recovery")
                .whereLayer("watch")
                .mayOnlyBeAccessedByLayers("engine")
                .whereLayer("storage")
                .mayOnlyBeAccessedByLayers("server", "transport", "recovery", "engine", "consensus")
                .whereLayer("consensus")
                .mayOnlyBeAccessedByLayers("server", "admin", "transport", "recovery", "engine")
                .whereLayer("tree")
                .mayOnlyBeAccessedByLayers("server", "admin", "migration", "recovery", "engine")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.pinfold.server.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theEngineKnowsOfStorageOnlyWhatALogEntryIs() {
        noClasses()
                .that()
                .resideInAPackage("io.pinfold.server.engine..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "storage other than LogEntry",
                        type -> type.getPackageName().equals("io.pinfold.server.storage")
                                && !type.getSimpleName().equals("LogEntry")))
                .check(CLASSES);
    }

    @Test
    void consensusKnowsOfStorageOnlyWhatALogIs() {
        noClasses()
                .that()
                .resideInAPackage("io.pinfold.server.consensus..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "storage other than LogEntry and LogChain",
                        type -> type.getPackageName().equals("io.pinfold.server.storage")
                                && !Set.of("LogEntry", "LogChain")
                                        .contains(type.getBaseComponentType().getSimpleName())))
                .check(CLASSES);
    }

    @Test
    void nothingIsSharedThroughStaticsOrMonitors() {
        noFields().that().areStatic().should().notBeFinal().check(CLASSES);
        noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED).check(CLASSES);
    }

    private static boolean isOutside(AccessTarget target) {
        String owner = target.getOwner().getName();
        return (owner.equals("java.lang.System") || owner.equals("java.lang.Math"))
                && OUTSIDE_METHODS.contains(target.getName());
    }
}
