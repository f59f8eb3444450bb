package io.pinfold.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.Op;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.scene.Servers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What migrations promise, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class MigrationsTest extends RecipeScene {
    @BeforeEach
    void createTop() {
        other.create(path + "-data", new byte[0], CreateOptions.PERSISTENT.withParents());
    }

    @Test
    void eachStepIsMadeOnceInOrder() {
        assertEquals(List.of("1", "2"), migrations(client, 2).run());
        assertEquals(List.of(), migrations(other, 2).run());
        assertEquals(List.of("3"), migrations(other, 3).run(), "a newer program");
        assertEquals(List.of(), migrations(client, 2).run(), "an older one");

        assertEquals(3, other.get(path + "-data").version());
        assertEquals("3", new String(other.get(path + "-data").data(), UTF_8));
    }

    @Test
    void whoeverRunsAtTheSameTimeEachStepIsMadeOnce() throws Exception {
        List<CompletableFuture<List<String>>> runs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            runs.add(migrations(i % 2 == 0 ? client : other, 5).runAsync());
        }

        List<String> made = new ArrayList<>();
        for (CompletableFuture<List<String>> run : runs) {
            made.addAll(get(run));
        }

        assertEquals(List.of("1", "2", "3", "4", "5"), made.stream().sorted().toList());
        assertEquals(5, other.get(path + "-data").version());
    }

    @Test
    void eachStepIsMadeOnceThoughRepliesAndRequestsAreLost() throws Exception {
        CompletableFuture<Void> first = network.loseReply(CREATE2, 1);
        CompletableFuture<Void> lost = network.loseReply(MULTI, 1);
        assertEquals(List.of("1", "2"), migrations(client, 2).run());
        get(first);
        get(lost);
        lost = network.loseRequest(MULTI, 2);

        assertEquals(List.of("3", "4"), migrations(client, 4).run());

        get(lost);
        assertEquals(4, other.get(path + "-data").version());
    }

    @Test
    void aStepThatIsRefusedChangesNothingAndStopsThere() {
        Migrations broken = migrations(client, 1)
                .step("broken", List.of(Op.create(path + "-data/a", new byte[0]), Op.delete(path + "-data/none")))
                .step("behind", List.of(Op.create(path + "-data/b", new byte[0])));

        TransactionFailedException refused = assertThrows(TransactionFailedException.class, broken::run);

        assertEquals(1, refused.failedOp());
        assertTrue(refused.getMessage().startsWith("The step broken changed nothing"), refused.getMessage());
        assertEquals(List.of("1"), other.children(path));
        assertTrue(other.children(path + "-data").isEmpty());
    }

    @Test
    void aStepThatIsAnotherOneByNowOrComesTooLateIsRefused() {
        migrations(client, 2).run();

        Migrations another = Migrations.at(client, path).step("1", List.of(Op.delete(path + "-data")));
        assertTrue(assertThrows(IllegalStateException.class, another::run)
                .getMessage()
                .contains("The step 1 was another one"));
        Migrations late = Migrations.at(client, path)
                .step("0", List.of(Op.delete(path + "-data")))
                .step("1", List.of(set("1")));
        assertTrue(assertThrows(IllegalStateException.class, late::run)
                .getMessage()
                .contains("The step 0 stands before 1"));
        assertEquals(2, other.get(path + "-data").version());
    }

    @Test
    void refusesNamesThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> migrations(client, 1).step("1", List.of()));
        assertThrows(IllegalArgumentException.class, () -> migrations(client, 1).step("a/b", List.of()));
        assertThrows(BadArgumentsException.class, () -> migrations(client, 1).step("", List.of()));
        assertThrows(BadArgumentsException.class, () -> Migrations.at(client, "none"));
    }

    private Migrations migrations(PinfoldClient with, int steps) {
        Migrations migrations = Migrations.at(with, path);
        for (int i = 1; i <= steps; i++) {
            migrations.step(Integer.toString(i), List.of(set(Integer.toString(i))));
        }
        return migrations;
    }

    private Op set(String value) {
        return Op.set(path + "-data", value.getBytes(UTF_8), Integer.parseInt(value) - 1);
    }
}
