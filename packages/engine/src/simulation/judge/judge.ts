import type { SimulatedWorld } from '../simulated-world.ts';
import { agreement } from './agreement.ts';
import { copies } from './copies.ts';
import { journal } from './journal.ts';
import { leaks } from './leaks.ts';
import { losses } from './losses.ts';
import { untouched } from './untouched.ts';

/** Holds what both trackers show against what people did in them; the engine's own records only count as excuses people can see. */
export function judge(world: SimulatedWorld): readonly string[] {
  return [copies, losses, agreement, leaks, journal, untouched].flatMap((rule) => rule(world));
}
