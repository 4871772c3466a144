import type { SimulatedWorld } from '../simulated-world.ts';
import { agreement } from './agreement.ts';
import { brakes } from './brakes.ts';
import { copies } from './copies.ts';
import { deletions } from './deletions.ts';
import { echoes } from './echoes.ts';
import { isolation } from './isolation.ts';
import { journal } from './journal.ts';
import { leaks } from './leaks.ts';
import { leftOut } from './left-out.ts';
import { losses } from './losses.ts';
import { older } from './older.ts';
import { untouched } from './untouched.ts';
import { wishes } from './wishes.ts';

/** Holds what both trackers show against what people did in them; the engine's own records only count as excuses people can see. */
export function judge(world: SimulatedWorld): readonly string[] {
  // Braked, it waits for a person: what is not carried until then stands in the plan that is shown.
  const carried = world.isBraked ? [] : [losses, agreement, wishes];
  const rules = [
    ...carried,
    copies,
    leaks,
    journal,
    untouched,
    leftOut,
    older,
    echoes,
    deletions,
    isolation,
    brakes,
  ];
  return rules.flatMap((rule) => rule(world));
}
