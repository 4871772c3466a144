import { ConnectorError } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import { planDecision } from '../plan/decide-field.ts';
import type { Decided, LeftAlone } from '../plan/decide-field.ts';
import type { FieldPlan, PairPlan, SideState } from '../plan/plan.ts';
import type { Wish } from '../ports/wish.ts';
import type { RunContext } from './context.ts';
import { park } from './park.ts';
import { inWords, answerOf } from './wishes.ts';
import { look, writeBoth } from './write-both.ts';
import type { Seen, Work } from './work.ts';

/** A tracker that changes under our hands as often as this is left to the next try. */
const MOST_STEPS = 12;

/** What the tracker said no to, for good. */
const REFUSALS: readonly ConnectorError['kind'][] = ['rejected', 'forbidden', 'unsupported'];

/**
 * Carries out what people decided about single fields of a pair: resolutions and undoes. It comes when nothing else is
 * left to carry, so that what it overwrites has been heard; and one step at a time, each with an intent and a receipt as
 * any other write. The wish stays until all of it is there: who takes it up after a death finds what is left to do.
 */
export class Decisions {
  private readonly work: Work;
  private readonly type: CompiledType;
  private readonly looked = new Set<Side>();
  /** Fields that are dealt with: written, or refused by the tracker. */
  private readonly done = new Set<string>();
  /** Wishes whose fields are written one by one, since the tracker refused them together. */
  private readonly oneByOne = new Set<string>();
  private readonly left = new Map<string, string[]>();
  private readonly written = new Map<string, number>();
  private steps = 0;

  constructor(work: Work, type: CompiledType) {
    this.work = work;
    this.type = type;
  }

  /** `again`: something was read or written, so that the pair has to be planned anew. */
  async step(
    plan: PairPlan,
    state: Both<SideState>,
    seen: Seen,
    fresh: Set<Side>,
  ): Promise<'again' | 'done' | 'gone'> {
    const { work } = this;
    const wish = work.wishes.find(({ wanted }) => wanted.kind !== 'hard-resync');
    if (wish === undefined || wish.wanted.kind === 'hard-resync') return 'done';
    for (const side of SIDES) {
      if (this.looked.has(side)) continue;
      if (!(await look(work, side, seen, fresh))) return 'gone';
      this.looked.add(side);
      if (this.looked.size === SIDES.length) return 'again';
    }
    this.steps += 1;
    if (this.steps > MOST_STEPS) {
      park(work, 'conflict', `${work.key} keeps changing while ${inWords(wish)} is carried out`, {
        remedy: 'Nothing to do: it is tried again by itself.',
      });
      return 'done';
    }
    await prepareDecision(work.context, this.type, wish);
    const decided = planDecision(this.type, wish.wanted, state, plan, work.context.directory);
    const writes = decided.writes.filter((one) => !this.done.has(keyOf(wish, one)));
    const batch = this.oneByOne.has(wish.id) ? writes.slice(0, 1) : writes;
    if (batch.length === 0) {
      await this.answer(wish, decided);
      return 'again';
    }
    return this.write(wish, plan, batch, seen, fresh);
  }

  private async write(
    wish: Wish,
    plan: PairPlan,
    writes: readonly FieldPlan[],
    seen: Seen,
    fresh: Set<Side>,
  ): Promise<'again' | 'gone'> {
    const { work } = this;
    const parkedBefore = work.parked.length;
    const written = new Set<Side>();
    const others = new Map(work.because);
    for (const { field } of writes) work.because.set(field, { text: inWords(wish), by: wish.who });
    try {
      const ended = await writeBoth(work, this.type, { ...plan, writes }, seen, fresh, written, true);
      if (ended === 'gone') return 'gone';
    } catch (error) {
      if (!(error instanceof ConnectorError) || !REFUSALS.includes(error.kind)) throw error;
      if (writes.length > 1) this.oneByOne.add(wish.id);
      else this.leave(wish, writes, error.message);
      return 'again';
    } finally {
      // What is written to these fields from here on has other reasons, and may be somebody else's.
      for (const { field } of writes) {
        const before = others.get(field);
        if (before === undefined) work.because.delete(field);
        else work.because.set(field, before);
      }
    }
    // What could not be carried out is told with the wish, and tried no more.
    const refused = work.parked.splice(parkedBefore).map(({ reason }) => reason);
    const through = writes.filter(({ write }) => SIDES.some((side) => written.has(side) && side in write));
    if (refused.length > 0) this.leave(wish, through.length === 0 ? writes : through, refused.join('; '));
    else this.written.set(wish.id, (this.written.get(wish.id) ?? 0) + through.length);
    for (const one of through) this.done.add(keyOf(wish, one));
    return 'again';
  }

  private leave(wish: Wish, writes: readonly FieldPlan[], reason: string): void {
    for (const one of writes) this.done.add(keyOf(wish, one));
    this.left.set(wish.id, [...(this.left.get(wish.id) ?? []), reason]);
  }

  private async answer(wish: Wish, { leftAlone }: Decided): Promise<void> {
    const { work } = this;
    const open = leftAlone.filter(({ side, field }) => !this.done.has(`${wish.id} ${side} ${field}`));
    const left = [...(this.left.get(wish.id) ?? []), ...open.map(told)];
    const count = this.written.get(wish.id) ?? 0;
    const isRefused = count === 0 && left.length > 0;
    const text = `${inWords(wish)}: ${count} ${count === 1 ? 'field' : 'fields'} written`;
    work.message = [text, ...left.map((one) => `left alone: ${one}`)].join('; ');
    if (!isRefused) work.tell('info', work.message);
    await work.step({
      ...(work.pair === undefined ? {} : { pair: work.pair }),
      answers: [answerOf(work, wish, isRefused ? left.join('; ') : undefined)],
    });
  }
}

function keyOf(wish: Wish, { field, write }: FieldPlan): string {
  const side: Side = 'left' in write ? 'left' : 'right';
  return `${wish.id} ${side} ${field.mapping[side]}`;
}

export function told({ side, field, reason }: LeftAlone): string {
  return `${field} on the ${side} side: ${reason}`;
}

/** Makes sure that everybody named in the values of a decision is known. */
export async function prepareDecision(
  context: RunContext,
  type: CompiledType,
  { wanted }: Pick<Wish, 'wanted'>,
): Promise<void> {
  if (wanted.kind !== 'resolve') return;
  const { conflict, choice } = wanted;
  for (const side of SIDES) {
    const id = conflict.field[side];
    await context.directory.prepare(type, side, { [id]: conflict[side].value });
    if (typeof choice === 'object' && choice.side === side)
      await context.directory.prepare(type, side, { [id]: choice.value });
  }
}
