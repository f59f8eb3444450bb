package io.pinfold.server.consensus;

import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to the cluster and whose votes count. While the voters change, both the old and the new majority are needed
 * for everything. Immutable.
 *
 * @param members all members, by ascending id
 * @param voters ids of those whose majority decides, ascending
 * @param outgoing ids of the former voters, whose majority is needed, too, until the change is complete; else empty
 */
public record Membership(List<Member> members, List<Integer> voters, List<Integer> outgoing) {
    /** First byte of the payload of an entry that changes the membership. */
    public static final int PAYLOAD_TYPE = 2;

    private static final int MAX_MEMBERS = 255;

    public Membership {
        members = List.copyOf(members);
        voters = List.copyOf(voters);
        outgoing = List.copyOf(outgoing);
    }

    /** {@return a membership in which every member that is not an observer votes} */
    public static Membership of(List<Member> members) {
        List<Member> sorted = new ArrayList<>(members);
        sorted.sort((a, b) -> Integer.compare(a.id(), b.id()));
        List<Integer> voters =
                sorted.stream().filter(m -> !m.observer()).map(Member::id).toList();
        return new Membership(sorted, voters, List.of());
    }

    /** {@return whether a change is under way} */
    public boolean isJoint() {
        return !outgoing.isEmpty();
    }

    /** {@return the member with this id, or null} */
    public @Nullable Member find(int id) {
        for (Member member : members) {
            if (member.id() == id) {
                return member;
            }
        }
        return null;
    }

    /** {@return whether a member's vote counts in the old or the new majority} */
    public boolean isVoter(int id) {
        return voters.contains(id) || outgoing.contains(id);
    }

    /** {@return whether those who said yes are a quorum} */
    public boolean isQuorum(IntPredicate yes, Safeguards safeguards) {
        return isMajority(voters, yes)
                && (outgoing.isEmpty() || !safeguards.on(Safeguard.JOINT_QUORUM) || isMajority(outgoing, yes));
    }

    private static boolean isMajority(List<Integer> ids, IntPredicate yes) {
        int count = 0;
        for (int i = 0; i < ids.size(); i++) {
            if (yes.test(ids.get(i))) {
                count++;
            }
        }
        return count > ids.size() / 2;
    }

    /** {@return the highest number that a quorum has reached} */
    public long reachedByQuorum(IntToLongFunction reached, Safeguards safeguards) {
        long now = reachedByMajority(voters, reached);
        return outgoing.isEmpty() || !safeguards.on(Safeguard.JOINT_QUORUM)
                ? now
                : Math.min(now, reachedByMajority(outgoing, reached));
    }

    private static long reachedByMajority(List<Integer> ids, IntToLongFunction reached) {
        long[] all = new long[ids.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = reached.applyAsLong(ids.get(i));
        }
        Arrays.sort(all);
        // The lowest of the highest that are a majority; nobody has reached less than nothing.
        return all.length == 0 ? 0 : Math.max(0, all[(all.length - 1) / 2]);
    }

    /** {@return this membership with the data directories that another one knows, or else some source does} */
    Membership identified(Membership known, IntToLongFunction source) {
        List<Member> identified = members.stream()
                .map(m -> m.incarnation() == 0 ? m.withIncarnation(known.incarnationOf(m.id(), source)) : m)
                .toList();
        return new Membership(identified, voters, outgoing);
    }

    private long incarnationOf(int id, IntToLongFunction source) {
        Member member = find(id);
        return member == null || member.incarnation() == 0 ? source.applyAsLong(id) : member.incarnation();
    }

    /** {@return the membership under which the change to another one begins; who only learned and is to leave is gone} */
    Membership joinedWith(Membership target) {
        List<Member> all = new ArrayList<>(target.members);
        for (Member member : members) {
            if (isVoter(member.id()) && target.find(member.id()) == null) {
                all.add(member);
            }
        }
        all.sort((a, b) -> Integer.compare(a.id(), b.id()));
        return new Membership(all, target.voters, voters);
    }

    /** {@return the membership with which a change is complete: who has no vote and does not observe is gone} */
    Membership completed() {
        List<Member> left = members.stream()
                .filter(m -> voters.contains(m.id()) || m.observer())
                .toList();
        return new Membership(left, voters, List.of());
    }

    /** {@return this membership with another data directory of one member} */
    Membership withIncarnation(int id, long incarnation) {
        List<Member> changed = members.stream()
                .map(m -> m.id() == id ? m.withIncarnation(incarnation) : m)
                .toList();
        return new Membership(changed, voters, outgoing);
    }

    /** {@return the payload of an entry that makes this the membership} */
    public byte[] toPayload() {
        JuteWriter out = new JuteWriter(256);
        out.writeByte(PAYLOAD_TYPE);
        out.writeInt(members.size());
        for (Member member : members) {
            out.writeInt(member.id());
            out.writeLong(member.incarnation());
            out.writeBool(member.observer());
            out.writeString(member.host());
            out.writeInt(member.peerPort());
            out.writeInt(member.electionPort());
            out.writeString(member.clients());
        }
        writeIds(out, voters);
        writeIds(out, outgoing);
        return out.toByteArray();
    }

    private static void writeIds(JuteWriter out, List<Integer> ids) {
        out.writeInt(ids.size());
        ids.forEach(out::writeInt);
    }

    /** {@return whether an entry with this payload changes the membership} */
    public static boolean isMembership(byte[] payload) {
        return payload.length > 0 && payload[0] == PAYLOAD_TYPE;
    }

    /** Reads the payload of an entry that changes the membership. */
    public static Membership fromPayload(byte[] payload) throws MalformedFrame {
        JuteReader in = new JuteReader().reset(payload, 0, payload.length);
        if (in.readByte() != PAYLOAD_TYPE) {
            throw new MalformedFrame("no membership");
        }
        int count = readCount(in);
        List<Member> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(new Member(
                    in.readInt(), in.readLong(), in.readBool(), text(in), in.readInt(), in.readInt(), text(in)));
        }
        return new Membership(members, readIds(in), readIds(in));
    }

    private static int readCount(JuteReader in) throws MalformedFrame {
        int count = in.readCount();
        if (count > MAX_MEMBERS) {
            throw new MalformedFrame("a membership of " + count + " members");
        }
        return count;
    }

    private static List<Integer> readIds(JuteReader in) throws MalformedFrame {
        int count = readCount(in);
        List<Integer> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(in.readInt());
        }
        return ids;
    }

    private static String text(JuteReader in) throws MalformedFrame {
        String text = in.readString();
        return text == null ? "" : text;
    }
}
