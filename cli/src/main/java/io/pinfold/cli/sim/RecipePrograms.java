package io.pinfold.cli.sim;

import io.pinfold.testing.sim.Holders;
import io.pinfold.testing.sim.MixedClients;
import io.pinfold.testing.sim.Stage;
import io.pinfold.testing.sim.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Programs of a few families, as the seed chooses them, now and then beside clients of all other kinds. Confined to the world's
 * thread.
 */
public final class RecipePrograms implements Workload {
    private static final long MILLI = 1_000_000;
    private static final long LOOK_EVERY = 20 * MILLI;
    private static final int MOST_FAMILIES = 2;
    private static final int OTHERS_ONE_IN = 8;

    private final Stage stage;
    private final Holders holders;
    private final TreeMap<Family, Players> families = new TreeMap<>();
    private final List<Workload> others = new ArrayList<>();

    private RecipePrograms(Stage stage, Set<Family> among, @Nullable Mistake mistake) {
        this.stage = stage;
        this.holders = new Holders(stage);
        Setting setting = new Setting(stage, holders, mistake);
        for (Family family : mistake == null ? chosen(stage, among) : EnumSet.of(mistake.family())) {
            families.put(family, family.in(setting));
        }
        if (stage.below("others", OTHERS_ONE_IN) == 0) {
            others.add(new MixedClients(stage));
        }
    }

    /**
     * {@return what makes programs of a few families}
     *
     * @param among the families from which the seed chooses
     */
    public static Workload.Maker of(Set<Family> among) {
        return stage -> in(stage, among);
    }

    /**
     * {@return what makes programs that do something wrong}
     *
     * @param mistake what
     */
    public static Workload.Maker with(Mistake mistake) {
        return stage -> new RecipePrograms(stage, Set.of(), mistake);
    }

    /**
     * {@return programs of a few families, which do nothing yet}
     *
     * @param stage the world
     * @param among the families from which the seed chooses
     */
    public static RecipePrograms in(Stage stage, Set<Family> among) {
        return new RecipePrograms(stage, among, null);
    }

    /** Which ones depends on each by itself, so that another choice of families leaves most of it as it is. */
    private static Set<Family> chosen(Stage stage, Set<Family> among) {
        List<Family> order = new ArrayList<>(EnumSet.copyOf(among));
        TreeMap<Family, Long> draws = new TreeMap<>();
        order.forEach(family -> draws.put(family, stage.draw("family." + family)));
        order.sort(Comparator.comparing(draws::get));
        int many = 1 + stage.below("families", MOST_FAMILIES);
        return EnumSet.copyOf(order.subList(0, Math.min(many, order.size())));
    }

    /** {@return how often something succeeded, by family} */
    public TreeMap<Family, Long> feats() {
        TreeMap<Family, Long> feats = new TreeMap<>();
        families.forEach((family, players) -> feats.put(family, players.feats()));
        return feats;
    }

    @Override
    public void start() {
        others.forEach(Workload::start);
        families.values().forEach(Players::start);
        look();
    }

    private void look() {
        holders.look();
        stage.after(LOOK_EVERY, this::look);
    }

    @Override
    public void calm() {
        others.forEach(Workload::calm);
        families.values().forEach(Players::calm);
    }

    @Override
    public void requireDone() {
        others.forEach(Workload::requireDone);
        families.values().forEach(Players::requireDone);
    }
}
