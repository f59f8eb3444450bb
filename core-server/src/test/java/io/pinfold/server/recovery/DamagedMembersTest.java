package io.pinfold.server.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.storage.MemoryDisk;
import io.pinfold.server.storage.StorageException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ensembles of whole members, of which one or more come back with damaged, old or empty directories. */
class DamagedMembersTest {
    private static final int NO_SNAPSHOTS = 0;

    private static void flip(MemoryDisk disk, String name, int at) {
        byte[] bytes = disk.bytes(name).clone();
        bytes[at] ^= 0x20;
        disk.put(name, bytes);
    }

    private static String first(MemoryDisk disk, String prefix) {
        return disk.list().stream()
                .filter(name -> name.startsWith(prefix))
                .findFirst()
                .orElseThrow();
    }

    private static String last(MemoryDisk disk, String prefix) {
        List<String> names =
                disk.list().stream().filter(name -> name.startsWith(prefix)).toList();
        return names.get(names.size() - 1);
    }

    private static DiskEnsemble written(int snapshotEvery) throws IOException {
        DiskEnsemble ensemble = new DiskEnsemble(5, snapshotEvery);
        ensemble.write(1, 150);
        ensemble.settle();
        assertEquals(150, ensemble.acknowledged.size());
        return ensemble;
    }

    @Test
    void aMemberWithAFlippedByteInItsLogIsRepairedByTheLeader() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        int follower = ensemble.follower();
        ensemble.kill(follower);
        flip(ensemble.disk(follower), first(ensemble.disk(follower), "log-"), 6000);
        ensemble.start(follower);
        assertNotNull(ensemble.member(follower).storage.damage());
        ensemble.settle();
        ensemble.checkNothingIsLost();
        ensemble.kill(follower);
        ensemble.start(follower);
        assertNull(ensemble.member(follower).storage.damage());
    }

    @Test
    void aLeaderThatComesBackDamagedFollowsUntilItIsRepaired() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        int leader = ensemble.leader();
        ensemble.kill(leader);
        flip(ensemble.disk(leader), last(ensemble.disk(leader), "log-"), 4200);
        ensemble.start(leader);
        assertNotNull(ensemble.member(leader).storage.damage());
        ensemble.settle();
        assertNotEquals(leader, ensemble.leader());
        ensemble.checkNothingIsLost();
    }

    /** The member that was behind and the one that lost its end would be a majority without what was acknowledged. */
    @Test
    void aDamagedMemberAndOneThatWasBehindElectNobody() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        int leader = ensemble.leader();
        int behind = ensemble.follower();
        int damaged = 6 - leader - behind;
        ensemble.kill(behind);
        ensemble.write(leader, 50);
        assertEquals(200, ensemble.acknowledged.size());
        ensemble.kill(leader);
        ensemble.kill(damaged);
        flip(ensemble.disk(damaged), first(ensemble.disk(damaged), "log-"), 6000);

        ensemble.start(behind);
        ensemble.start(damaged);
        ensemble.pass(20_000);
        assertEquals(0, ensemble.leader());
        assertNotNull(ensemble.member(damaged).storage.damage());
        assertTrue(
                ensemble.member(damaged).notices.get(0).contains("cannot be read any more"),
                ensemble.member(damaged).notices.toString());

        ensemble.start(leader);
        ensemble.settle();
        ensemble.checkNothingIsLost();
    }

    @Test
    void oneWholeMemberRepairsAMajorityOfDamagedOnes() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        int leader = ensemble.leader();
        for (int id = 1; id <= 3; id++) {
            ensemble.kill(id);
            if (id != leader) {
                flip(ensemble.disk(id), first(ensemble.disk(id), "log-"), 5000 + 700 * id);
            }
        }
        for (int id = 1; id <= 3; id++) {
            ensemble.start(id);
        }
        ensemble.settle();
        assertEquals(leader, ensemble.leader());
        ensemble.checkNothingIsLost();
    }

    @Test
    void ifAllAreDamagedNobodyLeadsUntilTheOperatorGivesUpWhatIsLost() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        for (int id = 1; id <= 3; id++) {
            ensemble.kill(id);
            flip(ensemble.disk(id), first(ensemble.disk(id), "log-"), 5000 + 700 * id);
        }
        for (int id = 1; id <= 3; id++) {
            ensemble.start(id);
        }
        ensemble.pass(20_000);
        assertEquals(0, ensemble.leader());
        for (int id = 1; id <= 3; id++) {
            assertTrue(ensemble.member(id).notices.get(0).contains("nobody leads: what was durable here up to"));
        }
        for (int id = 1; id <= 3; id++) {
            long from = ensemble.member(id).storage.damage().fromZxid();
            ensemble.kill(id);
            ensemble.disk(id).put("accept-loss-from-0x" + Long.toHexString(from), new byte[0]);
            ensemble.start(id);
        }
        ensemble.settle();
        ensemble.acknowledged.clear();
        ensemble.write(2, 10);
        ensemble.settle();
        assertEquals(10, ensemble.acknowledged.size());
        ensemble.checkNothingIsLost();
    }

    @Test
    void damagedSnapshotsAreReplacedByOlderOnesOrByTheLeaders() throws IOException {
        for (int damaged = 1; damaged <= 2; damaged++) {
            DiskEnsemble ensemble = written(20);
            ensemble.write(1, 200);
            ensemble.settle();
            int follower = ensemble.follower();
            ensemble.kill(follower);
            List<String> snapshots = ensemble.disk(follower).list().stream()
                    .filter(name -> name.startsWith("snapshot-"))
                    .toList();
            assertEquals(2, snapshots.size());
            for (String snapshot : snapshots.subList(2 - damaged, 2)) {
                flip(ensemble.disk(follower), snapshot, 200);
            }
            ensemble.start(follower);
            assertEquals(damaged == 2, ensemble.member(follower).storage.damage() != null);
            ensemble.settle();
            ensemble.checkNothingIsLost();
        }
    }

    @Test
    void oneCopyOfWhatAMemberMustRememberIsEnough() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        int follower = ensemble.follower();
        for (String name : List.of("metadata-a", "identity-b", "metadata-b", "identity-a")) {
            ensemble.kill(follower);
            flip(ensemble.disk(follower), name, 20);
            ensemble.start(follower);
            ensemble.settle();
        }
        ensemble.checkNothingIsLost();
    }

    @Test
    void aMemberThatForgotItsVotesIsRefusedAndComesBackWithAnEmptyDirectory() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        int follower = ensemble.follower();
        ensemble.kill(follower);
        flip(ensemble.disk(follower), "metadata-a", 20);
        flip(ensemble.disk(follower), "metadata-b", 20);
        StorageException refused = assertThrows(StorageException.class, () -> ensemble.start(follower));
        assertTrue(refused.getMessage().contains("empty the directory"), refused.getMessage());
        ensemble.disks.put(follower, new MemoryDisk());
        ensemble.start(follower);
        ensemble.settle();
        ensemble.checkNothingIsLost();
    }

    @Test
    void anEmptyDirectoryHasNoVoteUntilItsMemberIsTakenInAgain() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        int leader = ensemble.leader();
        int emptied = ensemble.follower();
        int other = 6 - leader - emptied;
        ensemble.kill(emptied);
        ensemble.kill(other);
        ensemble.disks.put(emptied, new MemoryDisk());
        ensemble.start(emptied);
        ensemble.pass(10_000);
        assertEquals(0, ensemble.leader());

        ensemble.start(other);
        ensemble.settle();
        ensemble.kill(other);
        ensemble.write(ensemble.follower(), 5);
        assertEquals(155, ensemble.acknowledged.size());
    }

    @Test
    void aMajorityOfEmptyDirectoriesBeginsNothingNew() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        for (int id = 1; id <= 3; id++) {
            ensemble.kill(id);
        }
        for (int id = 1; id <= 2; id++) {
            ensemble.disks.put(id, new MemoryDisk());
            ensemble.start(id);
        }
        ensemble.pass(10_000);
        assertEquals(0, ensemble.leader());
        assertTrue(
                ensemble.member(1).notices.get(0).contains("begins only when all of the members [1, 2, 3] are there"),
                ensemble.member(1).notices.toString());
        ensemble.start(3);
        ensemble.pass(10_000);
        assertEquals(0, ensemble.leader());
        assertTrue(ensemble.member(3).storage.lastZxid() >= 150, "what the third one has is still there");
    }

    @Test
    void anOlderCopyOfADirectoryIsRememberedByTheLeader() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        int follower = ensemble.follower();
        MemoryDisk copy = ensemble.disk(follower).copy();
        ensemble.write(ensemble.leader(), 50);
        ensemble.settle();
        ensemble.kill(follower);
        ensemble.disks.put(follower, copy);
        ensemble.start(follower);
        ensemble.settle();
        assertTrue(
                ensemble.member(follower).notices.get(0).contains("its data directory is an older copy"),
                ensemble.member(follower).notices.toString());
        ensemble.checkNothingIsLost();
    }

    @Test
    void aMemberWhoseDiskIsFullStopsAndGoesOnWhenThereIsRoom() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        for (int full : List.of(ensemble.follower(), ensemble.leader())) {
            DiskMember member = ensemble.member(full);
            ensemble.disk(full).capacity(ensemble.disk(full).used() + 3_000);
            int writer = ensemble.members.keySet().stream()
                    .filter(id -> id != full)
                    .findFirst()
                    .orElseThrow();
            ensemble.write(writer, 200);
            assertTrue(member.stoppedBecause.contains("No space left on device"), member.stoppedBecause);
            ensemble.write(writer, 10);
            ensemble.settle();
            ensemble.checkNothingIsLost();
            ensemble.disk(full).capacity(Long.MAX_VALUE);
            ensemble.start(full);
            ensemble.settle();
            ensemble.checkNothingIsLost();
        }
    }

    @Test
    void aLeaderWithRotInItsOwnLogFeedsFromANewSnapshot() throws IOException {
        DiskEnsemble ensemble = written(NO_SNAPSHOTS);
        int leader = ensemble.leader();
        int behind = ensemble.follower();
        ensemble.kill(behind);
        ensemble.write(leader, 400);
        flip(
                ensemble.disk(leader),
                ensemble.disk(leader).list().stream()
                        .filter(name -> name.startsWith("log-"))
                        .skip(2)
                        .findFirst()
                        .orElseThrow(),
                9_000);
        ensemble.start(behind);
        ensemble.settle();
        assertEquals(leader, ensemble.leader());
        assertTrue(first(ensemble.disk(behind), "snapshot-").length() > 9);
        ensemble.checkNothingIsLost();
    }

    /** Whatever is damaged on one member at a time, nothing that was acknowledged is lost, and the member is repaired. */
    @Test
    void anyDamageOfOneMemberAtATimeIsRepairedAndLosesNothing() throws IOException {
        for (int seed = Integer.getInteger("damage.seed", 0); seed < Integer.getInteger("damage.seeds", 12); seed++) {
            try {
                run(seed);
            } catch (AssertionError | IOException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static void run(int seed) throws IOException {
        DiskEnsemble ensemble = new DiskEnsemble(seed, seed % 2 == 0 ? 15 : NO_SNAPSHOTS);
        for (int round = 0; round < 12; round++) {
            trouble(ensemble);
        }
        ensemble.settle();
        ensemble.checkNothingIsLost();
        assertTrue(ensemble.acknowledged.size() > 100, "only " + ensemble.acknowledged.size() + " were acknowledged");
    }

    private static void trouble(DiskEnsemble ensemble) throws IOException {
        int id = 1 + ensemble.random.nextInt(3);
        int behind = 1 + id % 3;
        int other = 6 - id - behind;
        boolean all = ensemble.random.nextInt(3) == 0;
        ensemble.write(other, ensemble.random.nextInt(30));
        if (all) {
            ensemble.kill(behind);
            ensemble.write(other, ensemble.random.nextInt(30));
            ensemble.powerFails(other);
        }
        ensemble.powerFails(id);
        ensemble.write(behind, ensemble.random.nextInt(30));
        damage(ensemble, id);
        ensemble.start(id);
        if (all) {
            ensemble.start(behind);
            ensemble.pass(3_000);
            ensemble.start(other);
        }
        ensemble.settle();
        ensemble.checkNothingIsLost();
    }

    private static void damage(DiskEnsemble ensemble, int id) {
        MemoryDisk disk = ensemble.disk(id);
        List<String> names = disk.list();
        String name = names.get(ensemble.random.nextInt(names.size()));
        int length = disk.bytes(name).length;
        if (length > 0) {
            flip(disk, name, ensemble.random.nextInt(ensemble.random.nextBoolean() ? Math.min(6_000, length) : length));
        }
    }
}
