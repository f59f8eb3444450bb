package io.pinfold.cli.sim;

import io.pinfold.client.Session;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Presence;
import io.pinfold.groups.Group;
import io.pinfold.groups.Membership;
import io.pinfold.testing.sim.Holders.Claim;
import io.pinfold.testing.sim.Stage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Programs that are members of a group, leave and join again, and one that wants to be called as another one is. All look at the
 * group. Confined to the world's thread.
 */
final class GroupPlayers implements Players {
    static final String REJOINED = "GroupRejoined";
    private static final String PATH = "/groups/workers";
    private static final int MEMBERS = 4;
    private static final int CHANGES = 200;

    private final Setting setting;
    private final Stage stage;
    private final Cast cast = new Cast();
    private final TreeMap<String, Group<String>> groups = new TreeMap<>();
    private final TreeMap<String, Membership<String>> memberships = new TreeMap<>();
    private final Set<String> ids = new TreeSet<>();
    /** Which time of being there is the newest one of a life. */
    private final Map<String, Long> newest = new HashMap<>();

    private int changes;
    private int views;
    private long joins;

    GroupPlayers(Setting setting) {
        this.setting = setting;
        this.stage = setting.stage();
        for (int i = 0; i < MEMBERS; i++) {
            String id = "worker" + i;
            ids.add(id);
            cast.add(new Program(stage, "member" + i, life -> begin(life, id, true)));
        }
        cast.add(new Program(stage, "namesake", life -> begin(life, "worker0", false)));
    }

    private void begin(Life life, String id, boolean stays) {
        Group<String> group = Group.at(life.client(), PATH, Codec.TEXT);
        groups.put(life.name(), group);
        memberships.remove(life.name());
        group.onChange(change -> {
            views++;
            Pictures.show(stage, life.holder(), PATH, change.members(), false);
            Danger.survived(life);
        });
        join(life, group, id, stays);
    }

    private void join(Life life, Group<String> group, String id, boolean stays) {
        if (life.isCalm() && !stays) {
            return;
        }
        group.joinAsync(id, life.holder()).whenComplete((membership, failure) -> {
            if (membership == null) {
                if (setting.has(Mistake.NAME_TAKEN_OVER)) {
                    life.client().async().delete(PATH + '/' + id, -1);
                }
                life.after(100, () -> join(life, group, id, stays)); // somebody has the name, perhaps an earlier life
                return;
            }
            memberships.put(life.name(), membership);
            membership.onPresence(presence -> {
                if (presence == Presence.PRESENT) {
                    present(life, id, membership);
                }
            });
            life.within("rest", 300, () -> act(life, group, membership, id, stays));
        });
    }

    /** Of two who are called the same at most one is there, as far as they can know. */
    private void present(Life life, String id, Membership<String> membership) {
        Session session = life.client().session();
        long number = ++joins;
        newest.put(life.holder(), number);
        setting.holders().gained("member " + id, life.holder(), number, () -> {
            boolean again = newest.get(life.holder()) != number;
            if (again
                    || life.isOver()
                    || membership.presence() != Presence.PRESENT
                    || life.client().session() != session) {
                return Claim.OVER;
            }
            return session.remaining().isZero() ? Claim.UNCERTAIN : Claim.HELD;
        });
    }

    private void act(Life life, Group<String> group, Membership<String> membership, String id, boolean stays) {
        setting.holders().look();
        boolean leaves = life.isCalm() ? !stays : life.oneIn("leave", 4);
        if (leaves) {
            memberships.remove(life.name());
            membership
                    .closeAsync()
                    .whenComplete((gone, failure) -> life.within("rest", 300, () -> join(life, group, id, stays)));
        } else if (!life.isCalm() || !stays) {
            if (!life.isCalm() && changes < CHANGES) {
                changes++;
                membership.update(life.holder() + '#' + changes);
            }
            life.within("rest", 300, () -> act(life, group, membership, id, stays));
        }
        Danger.survived(life);
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        groups.forEach((viewer, group) -> {
            if (!group.freshness().live()) {
                stage.broken(REJOINED, viewer + " does not follow any more");
            }
            Pictures.show(stage, viewer + " in the end", PATH, group.members(), true);
            if (!group.members().ids().equals(ids)) {
                stage.broken(REJOINED, viewer + " sees " + group.members().ids() + " in the end");
            }
        });
        if (memberships.size() != MEMBERS) {
            stage.broken(REJOINED, "in the end there are the memberships of " + memberships.keySet());
        }
        memberships.forEach((name, membership) -> {
            if (membership.presence() != Presence.PRESENT) {
                stage.broken(REJOINED, name + " did not join again: " + membership);
            }
        });
    }

    @Override
    public long feats() {
        return views;
    }
}
