/**
 * Programs that use the recipes, for the simulation.
 *
 * <p>Programs come in {@linkplain io.pinfold.cli.sim.Family families}, one for each recipe. The seed of a run chooses a few
 * families that take part in it, so that runs stay short and what goes wrong in one does not hide behind another.
 *
 * <p>To add a family:
 * <ol>
 *   <li>Write its {@link io.pinfold.cli.sim.Players}: a few {@link io.pinfold.cli.sim.Program}s, which are held up, killed and
 *       started again, with a {@link io.pinfold.cli.sim.Program.Script} each that says what one life of them does.
 *   <li>Write who judges them: {@link io.pinfold.testing.sim.Holders} for what is held, {@code setting.stage().committed(path)}
 *       in a task of {@code stage().onCommit} for what must be true of every committed state; {@code stage().broken(...)} says
 *       that a promise is broken. (Do not throw in callbacks of futures: those swallow it.) What must be true when all faults
 *       are over and nothing new was begun for ten seconds goes into {@code requireDone}.
 *   <li>Add a line to {@link io.pinfold.cli.sim.Family}, and for each promise a {@link io.pinfold.cli.sim.Mistake} that breaks it:
 *       {@code MistakesTest} sees to it that it is found.
 * </ol>
 *
 * <p>Everything follows from the seed: draw all chance from {@code stage().below(...)} or {@link io.pinfold.cli.sim.Life#below},
 * iterate over nothing unordered, and ask no clock but the stage's.
 */
@NullMarked
package io.pinfold.cli.sim;

import org.jspecify.annotations.NullMarked;
