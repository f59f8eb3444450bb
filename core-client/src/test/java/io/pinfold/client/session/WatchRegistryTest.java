package io.pinfold.client.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.WatchEvent.Type;
import io.pinfold.client.session.WatchRequest.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which watch hears of which event. */
class WatchRegistryTest {
    private final WatchRegistry registry = new WatchRegistry();
    private final List<String> told = new ArrayList<>();

    private void watch(Kind kind, String path, int err) {
        WatchRequest request = new WatchRequest(kind, path, (type, at, zxid) -> told.add(kind + " " + path));
        registry.expect(request);
        registry.settle(request, err, true);
    }

    /** The watches on /a/b and around it, and who of them hears of an event there. */
    record Case(Type type, String path, List<String> hear, List<String> hearAgain) {
        @Override
        public String toString() {
            return type + " " + path;
        }
    }

    static Stream<Case> cases() {
        List<String> recursive = List.of("RECURSIVE /a/b", "RECURSIVE /a", "RECURSIVE /");
        return Stream.of(
                new Case(
                        Type.NODE_DATA_CHANGED,
                        "/a/b",
                        plus(List.of("DATA /a/b", "EXISTS /a/b", "PERSISTENT /a/b"), recursive),
                        plus(List.of("PERSISTENT /a/b"), recursive)),
                new Case(
                        Type.NODE_CREATED,
                        "/a/b",
                        plus(List.of("DATA /a/b", "EXISTS /a/b", "PERSISTENT /a/b"), recursive),
                        plus(List.of("PERSISTENT /a/b"), recursive)),
                new Case(
                        Type.NODE_DELETED,
                        "/a/b",
                        plus(List.of("DATA /a/b", "EXISTS /a/b", "CHILDREN /a/b", "PERSISTENT /a/b"), recursive),
                        plus(List.of("PERSISTENT /a/b"), recursive)),
                new Case(
                        Type.NODE_CHILDREN_CHANGED,
                        "/a/b",
                        List.of("CHILDREN /a/b", "PERSISTENT /a/b"),
                        List.of("PERSISTENT /a/b")),
                new Case(Type.NODE_CREATED, "/a/b/c", recursive, recursive),
                new Case(Type.NODE_CREATED, "/ab", List.of("RECURSIVE /"), List.of("RECURSIVE /")));
    }

    private static List<String> plus(List<String> one, List<String> two) {
        List<String> both = new ArrayList<>(one);
        both.addAll(two);
        return both;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eventsReachTheWatchesTheyConcern(Case row) {
        watch(Kind.DATA, "/a/b", 0);
        watch(Kind.EXISTS, "/a/b", 0);
        watch(Kind.CHILDREN, "/a/b", 0);
        watch(Kind.PERSISTENT, "/a/b", 0);
        watch(Kind.RECURSIVE, "/a/b", 0);
        watch(Kind.RECURSIVE, "/a", 0);
        watch(Kind.RECURSIVE, "/", 0);
        watch(Kind.DATA, "/a", 0);
        watch(Kind.CHILDREN, "/a", 0);

        registry.dispatch(row.type, row.path, 1);
        assertEquals(row.hear, told);
        told.clear();
        registry.dispatch(row.type, row.path, 2);

        assertEquals(row.hearAgain, told);
    }

    @Test
    void watcherOfSeveralKindsIsToldOnceOfADeletion() {
        WatchTarget target = (type, path, zxid) -> told.add(type + " " + path + " " + zxid);
        for (Kind kind : List.of(Kind.DATA, Kind.EXISTS, Kind.CHILDREN)) {
            registry.expect(new WatchRequest(kind, "/a", target));
            registry.settle(new WatchRequest(kind, "/a", target), 0, true);
        }

        registry.dispatch(Type.NODE_DELETED, "/a", 7);
        registry.dispatch(Type.NODE_CREATED, "/a", 8);

        assertEquals(List.of("NODE_DELETED /a 7"), told);
    }

    @Test
    void absentZnodeIsToldOfItsCreation() {
        watch(Kind.EXISTS, "/a", -101);

        registry.dispatch(Type.NODE_CREATED, "/a", 1);
        registry.dispatch(Type.NODE_DATA_CHANGED, "/a", 2);

        assertEquals(List.of("EXISTS /a"), told);
    }
}
