import type { Why } from '@lockstep/api';
import type { Explained, Side } from '@lockstep/engine';
import { explainItem, SIDES } from '@lockstep/engine';
import { withFilterIds } from '../integrations/filters.ts';
import type { Refusal } from '../integrations/refusal.ts';
import type { Sides } from '../integrations/sides.ts';
import { trackerFailure } from '../integrations/tracker-failure.ts';
import { answersTo, isAt, namesOf } from '../items/item-name.ts';
import type { ItemNames } from '../items/item-name.ts';
import type { Vocabulary } from '../items/vocabulary.ts';
import { systemClock, systemRandom } from '../jobs/clock.ts';
import type { Connections, ConnectionEntry } from '../store/connections.ts';
import type { Db } from '../store/database.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { createPlanStore } from '../store/plan-store.ts';
import { findRecorded } from '../store/recorded-items.ts';
import type { Runs } from '../store/runs.ts';
import { answerOf, blockedAnswer, summed } from './answer.ts';

/** Sides read for one question; more are told as not read. */
const MOST = 40;
/** Of them at a time. */
const TOGETHER = 4;
/** Milliseconds: somebody waits for the answer. */
const PATIENCE = 30_000;

type Answer = Why['answers'][number];
type Read = Why['read'][number];

/** A side on which the item may be. */
interface Candidate {
  readonly entry: IntegrationEntry;
  readonly side: Side;
  /** Ids that records know under that name. */
  readonly known: readonly string[];
  /** Only its tracker is at the address that was given. */
  readonly isPlace: boolean;
}

/** Answers why an item is or is not in sync, from what is stored and from what its trackers say now. */
export class WhyDesk {
  private readonly parts: {
    readonly db: Db;
    readonly sides: Sides;
    readonly connections: Pick<Connections, 'get'>;
    readonly runs: Pick<Runs, 'list'>;
    readonly vocabulary: Vocabulary;
  };
  constructor(parts: WhyDesk['parts']) {
    this.parts = parts;
  }

  /** Among these integrations. */
  async why(item: string, among: readonly IntegrationEntry[], signal: AbortSignal): Promise<Why> {
    const names = namesOf(item);
    const candidates = await this.candidates(names, among);
    const chosen = candidates.slice(0, MOST);
    const answers: Answer[] = [];
    const read: Read[] = candidates.slice(MOST).map(({ entry, side }) => ({
      ...place(entry, side),
      requests: 0,
      found: 0,
      failure: `not read: more than ${MOST} scopes may hold it; give its address`,
    }));
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    for (let at = 0; at < chosen.length; at += TOGETHER) {
      const group = chosen.slice(at, at + TOGETHER);
      for (const found of await Promise.all(group.map((one) => this.ask(one, names, patience)))) {
        answers.push(...found.answers);
        read.push(...found.read);
      }
    }
    const once = withoutTwice(answers);
    const isElsewhere = names.address !== undefined && candidates.length === 0;
    return {
      item,
      sentence: summed(names, once, read, among.length, isElsewhere),
      answers: once,
      read,
    };
  }

  private async candidates(
    names: ItemNames,
    among: readonly IntegrationEntry[],
  ): Promise<readonly Candidate[]> {
    const recorded = (await findRecorded(this.parts.db, names)).flatMap((record) =>
      SIDES.flatMap((side) => {
        const one = record[side];
        return one !== undefined && answersTo(one, names)
          ? [{ at: record.integrationId, side, id: one.id }]
          : [];
      }),
    );
    const candidates: Candidate[] = [];
    for (const entry of among) {
      const { left, right } = entry.configuration;
      const connections = {
        left: await this.parts.connections.get(left.connection),
        right: await this.parts.connections.get(right.connection),
      };
      for (const side of SIDES) {
        const known = recorded.filter((one) => one.at === entry.id && one.side === side).map(({ id }) => id);
        const isPlace =
          names.address !== undefined && (await this.isHost(entry, side, connections[side], names.address));
        if (names.address !== undefined && !isPlace && known.length === 0) continue;
        candidates.push({ entry, side, known: [...new Set(known)], isPlace });
      }
    }
    return candidates.toSorted((a, b) => b.known.length - a.known.length);
  }

  /** Does the connection lead to the host of this address? By its settings, and by what the tracker says of its scope. */
  private async isHost(
    entry: IntegrationEntry,
    side: Side,
    connection: ConnectionEntry | undefined,
    address: URL,
  ): Promise<boolean> {
    const told = (await this.parts.vocabulary.of(entry))[side]?.scope.url;
    const addresses = [told, ...Object.values(connection?.config ?? {})];
    return addresses.some(
      (one) => typeof one === 'string' && URL.canParse(one) && new URL(one).host === address.host,
    );
  }

  private async ask(
    candidate: Candidate,
    names: ItemNames,
    signal: AbortSignal,
  ): Promise<{ readonly answers: readonly Answer[]; readonly read: readonly Read[] }> {
    const { entry, side, known } = candidate;
    const here = place(entry, side);
    const isCertain = known.length > 0 || candidate.isPlace;
    try {
      const { explanations, requests } = await this.explain(entry, side, known, names, signal);
      const schemas = await this.parts.vocabulary.of(entry);
      const nextRun = await this.nextRun(entry);
      const answers = explanations.map((one) => answerOf(entry, one, schemas, nextRun));
      const found = explanations.filter(({ code }) => code !== 'gone').length;
      return { answers, read: [{ ...here, requests: requests.left + requests.right, found }] };
    } catch (error) {
      const refusal: Refusal = trackerFailure(error, `of ${entry.configuration.name}`);
      const reason = `the tracker cannot be read now: ${refusal.message}`;
      const answers = isCertain ? [blockedAnswer(here, 'unreachable', reason, refusal.remedy)] : [];
      return { answers, read: [{ ...here, requests: 0, found: 0, failure: refusal.message }] };
    }
  }

  private async explain(
    entry: IntegrationEntry,
    side: Side,
    known: readonly string[],
    names: ItemNames,
    signal: AbortSignal,
  ): Promise<Explained> {
    const { id, configuration, enabledAt, leftOut } = entry;
    const sides = await this.parts.sides.open(configuration, signal);
    const schemas = { left: sides.left.schema, right: sides.right.schema };
    const store = createPlanStore({ db: this.parts.db, integrationId: id, planId: systemRandom.id() });
    return explainItem(
      withFilterIds(configuration, schemas),
      { clock: systemClock, random: systemRandom, store, sides },
      { id, signal, stop: signal, enabledAt: enabledAt ?? new Date().toISOString(), leftOut },
      {
        side,
        ids: known.length > 0 ? [] : names.ids,
        known,
        accepts: (item) =>
          names.address === undefined ? answersTo(item, names) : isAt(item.url, names.address),
      },
    );
  }

  private async nextRun({ id, enabled, configuration }: IntegrationEntry): Promise<string | undefined> {
    if (!enabled) return undefined;
    const [last] = await this.parts.runs.list({ integrationId: id, runsOnly: true, limit: 1 });
    const due = last === undefined ? 0 : Date.parse(last.startedAt) + configuration.interval * 1_000;
    return new Date(Math.max(Date.now(), due)).toISOString();
  }
}

function place(
  { configuration }: IntegrationEntry,
  side: Side,
): Pick<Read, 'integration' | 'side' | 'connection'> {
  return { integration: configuration.name, side, connection: configuration[side].connection };
}

/** A number may name both items of one pair. */
function withoutTwice(answers: readonly Answer[]): Answer[] {
  const known = new Map<string, Answer>();
  for (const one of answers) {
    const isPair = one.left !== undefined && one.right !== undefined;
    const key = JSON.stringify([
      one.integration,
      one.left?.id,
      one.right?.id,
      isPair ? '' : one.side,
      one.code,
    ]);
    if (!known.has(key)) known.set(key, one);
  }
  return [...known.values()];
}
