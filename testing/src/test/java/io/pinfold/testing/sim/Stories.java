package io.pinfold.testing.sim;

/** Prints what tells the stories of some seeds from others; run by {@link DeterminismTest} in processes of their own. */
final class Stories {
    static final int SEEDS = 4;

    private Stories() {}

    public static void main(String[] args) {
        System.out.println(digests());
    }

    static String digests() {
        StringBuilder text = new StringBuilder();
        for (long seed = 1; seed <= SEEDS; seed++) {
            World world = Simulation.run(Planner.of(seed), Rules.KEPT, MixedClients::new);
            text.append(seed)
                    .append('=')
                    .append(Long.toHexString(world.digest()))
                    .append(' ');
        }
        return text.toString().trim();
    }
}
