package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.NoAuthException;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.engine.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServicePolicyTest {
    private static final String DIGEST = "super:lK75jTNcA+U9vtVEw5vB51mj/w4=";

    @TempDir
    private Path dir;

    @Test
    void whoKnowsThePasswordInTheFileIsHeldBackByNoList() throws IOException {
        Path file = file("rw-r-----", "secret\n");
        ServerConfig config =
                ServerConfig.standalone().withPolicy(ServicePolicy.defaults().withSuperPasswordFile(file));
        try (PinfoldServer server = PinfoldServer.start(config);
                PinfoldClient bob = PinfoldClient.connect(server.connectString());
                PinfoldClient other = PinfoldClient.connect(server.connectString())) {
            bob.addAuth("digest", bytes("bob:pw"));
            bob.create("/mine", null, CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL));

            other.addAuth("digest", bytes("super:wrong"));
            assertThrows(NoAuthException.class, () -> other.get("/mine"));
            other.addAuth("digest", bytes("super:secret"));
            other.delete("/mine");
        }
    }

    @Test
    void everyWayToTheSuperUserIsTheSame() throws IOException {
        Path file = file("rw-------", "secret");
        ServicePolicy fromFile = ServicePolicy.defaults().withSuperPasswordFile(file);
        assertEquals(DIGEST, fromFile.values().superDigest());
        assertTrue(fromFile.hasSuperUser());
        assertEquals(
                fromFile.values(), load("pinfold.superPasswordFile=" + file).values());
        assertEquals(
                fromFile.values(),
                load("DigestAuthenticationProvider.superDigest=" + DIGEST).values());
    }

    @Test
    void listsAreEnforcedUnlessAFileSaysOtherwise() throws IOException {
        assertTrue(load("").aclsEnforced());
        assertFalse(load("").hasSuperUser());
        assertFalse(load("skipACL=yes").aclsEnforced());
    }

    @Test
    void aFileSaysWhichZnodesGoAndWhen() throws IOException {
        assertFalse(load("").extendedTypes());
        assertTrue(load("extendedTypesEnabled=true").extendedTypes());
        assertTrue(load("enforceQuota=true").quotasEnforced());
        assertTrue(load("reconfigEnabled=true").reconfigEnabled());
        assertFalse(load("").reconfigEnabled());
        Policy.Removal removal = load("znode.container.checkIntervalMs=7\nznode.container.maxPerMinute=8\n"
                        + "znode.container.maxNeverUsedIntervalMs=9")
                .values()
                .removal();
        assertEquals(new Policy.Removal(7, 8, 9), removal);
        assertThrows(ConfigException.class, () -> load("znode.container.maxPerMinute=0"));
    }

    @Test
    void aPasswordThatEverybodyCanReadIsRefused() throws IOException {
        Path file = file("rw-r--r--", "secret");
        ConfigException e = assertThrows(
                ConfigException.class, () -> ServicePolicy.defaults().withSuperPasswordFile(file));
        assertEquals(
                file + " holds the super user's password, and everybody on this machine has access to it; "
                        + "allow that only to its owner (chmod 600)",
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "  ", "one\ntwo"})
    void aFileWithoutExactlyOnePasswordIsRefused(String content) throws IOException {
        Path file = file("rw-------", content);
        assertThrows(ConfigException.class, () -> ServicePolicy.defaults().withSuperPasswordFile(file));
    }

    @Test
    void aMissingFileIsOneSentence() {
        Path missing = dir.resolve("missing");
        ConfigException e = assertThrows(
                ConfigException.class, () -> ServicePolicy.defaults().withSuperPasswordFile(missing));
        assertTrue(e.getMessage().startsWith(missing + ", which must hold the super user's password"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"super", "super:secret", ":lK75jTNcA+U9vtVEw5vB51mj/w4=", "a:b:lK75jTNcA+U9vtVEw5vB51mj/w4="})
    void aDigestThatIsNoneIsRefused(String digest) {
        assertThrows(ConfigException.class, () -> ServicePolicy.defaults().withSuperDigest(digest));
    }

    private ServicePolicy load(String line) throws IOException {
        Path file = dir.resolve("zoo.cfg");
        Files.writeString(file, "dataDir=" + dir.resolve("data") + "\nclientPort=0\n" + line + "\n");
        return ServerConfig.load(file).policy();
    }

    private Path file(String permissions, String content) throws IOException {
        Path file = Files.writeString(dir.resolve("password"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
