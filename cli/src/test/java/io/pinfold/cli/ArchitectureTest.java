package io.pinfold.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.InetAddress;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The arrows between the modules, and what their exported packages show. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class ArchitectureTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String[] PROGRAMS = {"io.pinfold.samples..", "io.pinfold.cli.."};
    private static final Set<String> EXPORTED = Set.of(
            "io.pinfold",
            "io.pinfold.client",
            "io.pinfold.client.jmx",
            "io.pinfold.client.micrometer",
            "io.pinfold.framework",
            "io.pinfold.locks",
            "io.pinfold.election",
            "io.pinfold.election.micrometer",
            "io.pinfold.queue",
            "io.pinfold.config",
            "io.pinfold.groups",
            "io.pinfold.server",
            "io.pinfold.testing",
            "io.pinfold.testing.junit",
            "io.pinfold.testing.kit",
            "io.pinfold.tls");

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.pinfold");

    @Test
    void noRecipeKnowsAnotherOrTheServer() throws IOException {
        for (String recipe : recipes()) {
            Stream<String> others = recipes().stream().filter(other -> !other.equals(recipe));
            noClasses()
                    .that()
                    .resideInAPackage(recipe)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            Stream.concat(others, Stream.of("io.pinfold.server..", "io.pinfold.wire..", "io.netty.."))
                                    .toArray(String[]::new))
                    .because("who wants a lock wants no election and no server on the class path")
                    .check(classes);
        }
    }

    @Test
    void theServerKnowsNoRecipeAndOfTheClientOnlyValuesAndWire() throws IOException {
        noClasses()
                .that()
                .resideInAPackage("io.pinfold.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Stream.concat(recipes().stream(), Stream.of("io.pinfold.client..", "io.pinfold.framework.."))
                                .toArray(String[]::new))
                .check(classes);
    }

    @Test
    void nobodyDependsOnThePrograms() {
        noClasses()
                .that()
                .resideOutsideOfPackages(PROGRAMS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROGRAMS)
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage(PROGRAMS[0])
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PROGRAMS[1])
                .check(classes);
    }

    @Test
    void productionDoesNotDependOnTheModuleForTests() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.pinfold.testing..", "io.pinfold.cli..") // pinfold sim runs the simulation
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.pinfold.testing..")
                .check(classes);
    }

    /** A process id in a znode made simulations differ from process to process. */
    @Test
    void recipesAskTheirClientWhatTheProcessIsCalled() throws IOException {
        noClasses()
                .that()
                .resideInAnyPackage(Stream.concat(recipes().stream(), Stream.of("io.pinfold.framework.."))
                        .toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessHandle.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(InetAddress.class)
                .check(classes);
    }

    @Test
    void theModulesExportWhatThisTestThinks() throws IOException {
        Set<String> exported = new TreeSet<>();
        for (URL url : Collections.list(getClass().getClassLoader().getResources("module-info.class"))) {
            try (InputStream bytes = url.openStream()) {
                ModuleDescriptor module = ModuleDescriptor.read(bytes);
                module.exports().stream()
                        .filter(export -> module.name().startsWith("io.pinfold.") && !export.isQualified())
                        .forEach(export -> exported.add(export.source()));
            }
        }

        assertEquals(new TreeSet<>(EXPORTED), exported);
    }

    @Test
    void exportedSignaturesShowNoTypesOfThirdParties() {
        classes()
                .that()
                .resideInAnyPackage(EXPORTED.toArray(String[]::new))
                .and()
                .resideOutsideOfPackages(
                        "io.pinfold.client.micrometer", // is for those who have Micrometer
                        "io.pinfold.election.micrometer",
                        "io.pinfold.testing.junit") // is for those who have JUnit
                .should(showOnlyJavaAndPinfold())
                .because("users should not have to follow what stands behind the API")
                .check(classes);
    }

    /** {@code recipes-locks} has its classes in {@code io.pinfold.locks}, and so on. */
    private static List<String> recipes() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.getFileName().toString())
                    .filter(name -> name.startsWith("recipes-"))
                    .map(name -> "io.pinfold." + name.substring("recipes-".length()) + "..")
                    .sorted()
                    .toList();
        }
    }

    private static ArchCondition<JavaClass> showOnlyJavaAndPinfold() {
        return new ArchCondition<>("show only types of Java and Pinfold") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!isVisible(type)) {
                    return;
                }
                Stream<JavaType> shown = Stream.<Stream<? extends JavaType>>of(
                                type.getSuperclass().stream(),
                                type.getInterfaces().stream(),
                                type.getTypeParameters().stream(),
                                type.getFields().stream()
                                        .filter(field -> isVisible(field.getModifiers()))
                                        .map(field -> field.getType()),
                                type.getCodeUnits().stream()
                                        .filter(code -> isVisible(code.getModifiers()))
                                        .flatMap(code -> signature(code)))
                        .flatMap(types -> types);
                Set<String> foreign = shown.flatMap(each -> each.getAllInvolvedRawTypes().stream())
                        .filter(each -> !each.isPrimitive()
                                && !each.getPackageName().startsWith("java.")
                                && !(each.getPackageName() + ".").startsWith("io.pinfold."))
                        .map(JavaClass::getName)
                        .collect(Collectors.toCollection(TreeSet::new));
                if (!foreign.isEmpty()) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " shows " + foreign));
                }
            }
        };
    }

    private static Stream<JavaType> signature(JavaCodeUnit code) {
        return Stream.<Stream<? extends JavaType>>of(
                        Stream.of(code.getReturnType()),
                        code.getParameterTypes().stream(),
                        code.getTypeParameters().stream(),
                        code.getExceptionTypes().stream())
                .flatMap(types -> types);
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }
}
