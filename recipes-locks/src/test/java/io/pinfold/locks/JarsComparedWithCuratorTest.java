package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.testing.scene.SideBySide;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What else comes along with a lock: the jars that a Maven build gets to see, by the POMs of what is on this class path. */
class JarsComparedWithCuratorTest {
    private static final Set<String> LEFT_OUT = Set.of("test", "provided", "system");
    /** Managed by the parents of ours and of netty's as provided, or for tests: nobody gets them along. */
    private static final Set<String> MANAGED =
            Set.of("jspecify", "micrometer-core", "mockito-core", "reflections", "gson");

    @Test
    void aLockBringsFewJarsAlong() throws Exception {
        Set<String> ours = jars("pinfold-recipes-locks");
        Set<String> theirs = jars("curator-recipes");
        Set<String> ofThirdParties = new TreeSet<>(ours);
        ofThirdParties.removeIf(name -> name.startsWith("pinfold-"));

        SideBySide.print(
                "jars that come with a lock",
                "at least " + theirs.size() + ": " + theirs,
                ours.size() + ", of third parties " + ofThirdParties.size() + ": " + ofThirdParties);
        assertEquals(2, ours.size() - ofThirdParties.size(), "the recipe and the client");
        assertTrue(
                ofThirdParties.stream().allMatch(name -> name.startsWith("netty-") || name.equals("slf4j-api")),
                ofThirdParties.toString());
        assertTrue(ofThirdParties.size() <= 8, ofThirdParties.toString());
        assertTrue(theirs.size() > ours.size(), "Curator got better; the page about it is to be changed: " + theirs);
    }

    /** {@return the names of all artifacts that somebody gets who depends on one, that one included} */
    private static Set<String> jars(String root) throws Exception {
        Set<String> found = new TreeSet<>(Set.of(root));
        ArrayDeque<String> todo = new ArrayDeque<>(found);
        while (!todo.isEmpty()) {
            for (String next : dependencies(todo.remove())) {
                if (found.add(next)) {
                    todo.add(next);
                }
            }
        }
        return found;
    }

    private static List<String> dependencies(String artifact)
            throws ParserConfigurationException, IOException, SAXException {
        Path pom = pom(artifact);
        List<String> names = new ArrayList<>();
        if (pom == null) {
            return names; // not on this class path: it counts, and what it needs does not
        }
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(pom.toFile())
                .getDocumentElement();
        for (Element dependencies : children(project, "dependencies")) {
            for (Element dependency : children(dependencies, "dependency")) {
                String name = text(dependency, "artifactId");
                if (!LEFT_OUT.contains(text(dependency, "scope"))
                        && !text(dependency, "optional").equals("true")
                        && !MANAGED.contains(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** {@return where Maven has the POM of something on this class path} */
    private static Path pom(String artifact) {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            String name = path.getFileName().toString();
            Path beside = name.endsWith(".jar")
                    ? path.resolveSibling(name.substring(0, name.length() - 4) + ".pom")
                    : path.resolve("../../pom.xml").normalize();
            if (name.matches("\\Q" + artifact + "\\E-\\d.*\\.jar")) {
                // A module that was packaged in this build lies in its own folder, others in the repository.
                return Stream.of(beside, path.resolve("../../pom.xml").normalize())
                        .filter(Files::exists)
                        .findFirst()
                        .orElse(null);
            }
            if (name.equals("classes") && artifact.equals("pinfold-" + path.getName(path.getNameCount() - 3))) {
                return beside;
            }
        }
        return null;
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList all = parent.getChildNodes();
        for (int i = 0; i < all.getLength(); i++) {
            if (all.item(i) instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static String text(Element parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent().trim();
    }
}
