package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * Which membership holds from which entry on. The last one in the log holds, committed or not; the one before comes back
 * when the log is cut. Confined to its {@link Replica}.
 */
final class MembershipHistory {
    private record Change(long zxid, Membership membership) {}

    private final List<Change> changes = new ArrayList<>();
    private boolean logged;

    MembershipHistory(Membership start, boolean logged) {
        changes.add(new Change(0, start));
        this.logged = logged;
    }

    /** {@return the membership that holds now} */
    Membership current() {
        return changes.get(changes.size() - 1).membership;
    }

    /** {@return the membership that can no longer be lost} */
    Membership committed() {
        return changes.get(0).membership;
    }

    /** {@return whether {@link #committed} comes from the log, and not from a configuration file} */
    boolean isCommittedLogged() {
        return logged;
    }

    /** {@return whether the last change is not committed yet} */
    boolean isChanging() {
        return changes.size() > 1;
    }

    /**
     * {@return whether a member that has no vote by what is committed gets one by what is not, always for this directory} So no
     * other directory of that member can have voted in what may still hold. If everybody started without a snapshot, nobody knows
     * what is committed; but then the log has all memberships that there ever were, from the founders' on.
     */
    boolean newlyNames(int id, long incarnation) {
        if (!isLogged() || firstLogged().isVoter(id) || !current().isVoter(id)) {
            return false;
        }
        for (Change change : changes) {
            Member member = change.membership.find(id);
            if (change.membership.isVoter(id) && (member == null || member.incarnation() != incarnation)) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return whether a member, with this directory, has no vote any more by what is not committed yet} Nobody but such members
     * may have the entry that says so; then the new voters have shorter logs, and only one of those can lead, until it is
     * committed. It needs the votes of the new voters, and its own does not count.
     */
    boolean isLeaving(int id, long incarnation) {
        if (current().isVoter(id)) {
            return false;
        }
        for (Change change : changes) {
            Member member = change.membership.find(id);
            if (member != null
                    && change.membership.isVoter(id)
                    && (member.incarnation() == 0 || member.incarnation() == incarnation)) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether any membership comes from the log, and not from a configuration file} */
    boolean isLogged() {
        return logged || changes.size() > 1;
    }

    private Membership firstLogged() {
        return changes.get(logged ? 0 : 1).membership;
    }

    /** Takes note of an entry. {@return whether it changes the membership} */
    boolean appended(LogEntry entry) {
        if (!Membership.isMembership(entry.payload())) {
            return false;
        }
        try {
            changes.add(new Change(entry.zxid(), Membership.fromPayload(entry.payload())));
            return true;
        } catch (MalformedFrame e) {
            throw new IllegalStateException("A membership in the log cannot be read: " + e.getMessage(), e);
        }
    }

    /** {@return whether the membership is another one after this} */
    boolean cutAfter(long zxid) {
        boolean changed = false;
        while (changes.size() > 1 && changes.get(changes.size() - 1).zxid > zxid) {
            changes.remove(changes.size() - 1);
            changed = true;
        }
        return changed;
    }

    /** {@return whether a change became final} */
    boolean committed(long zxid) {
        boolean changed = false;
        while (changes.size() > 1 && changes.get(1).zxid <= zxid) {
            changes.remove(0);
            logged = true;
            changed = true;
        }
        return changed;
    }

    /** Starts anew from a snapshot. */
    void restart(Membership membership) {
        changes.clear();
        changes.add(new Change(0, membership));
        logged = true;
    }
}
