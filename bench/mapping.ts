import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, type Client, type IntegrationInput } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import type { FieldDefinition } from '@lockstep/sdk';
import { startServer } from '../packages/server/src/compose.ts';
import { silent } from '../packages/server/src/postgres/log.ts';

const FIELDS = 60;
const OPTIONS = 500;
const ITEMS = 50;
const ROUNDS = 7;

type Phase = 'validate' | 'save' | 'plan';
type Times = Record<Phase, number>;

/** `Field 7` with `Left 1` … `Left 500`: no title is the same on both sides, so that each option needs its row. */
function fieldsOf(side: string): readonly FieldDefinition[] {
  return Array.from({ length: FIELDS }, (_, field) => ({
    id: `f${field}`,
    title: `Field ${field}`,
    kind: 'option' as const,
    onCreate: true as const,
    onUpdate: true as const,
    options: Array.from({ length: OPTIONS }, (__, option) => ({
      id: `${side}-${field}-${option}`,
      title: `${side} ${option}`,
    })),
  }));
}

function documentOf(isFull: boolean): IntegrationInput {
  const table = Array.from({ length: OPTIONS }, (_, option): [string, string] => [
    `Left ${option}`,
    `Right ${option}`,
  ]);
  const mapped = Array.from({ length: FIELDS }, (_, field) => ({
    left: `Field ${field}`,
    right: `Field ${field}`,
    options: table,
  }));
  return {
    left: { connection: 'left', scope: {} },
    right: { connection: 'right', scope: {} },
    interval: '1h',
    startFrom: '2020-01-01',
    types: [{ left: 'Task', right: 'Task', fields: ['Title <-> Title', ...(isFull ? mapped : [])] }],
  };
}

async function measured(
  client: Client,
  name: string,
  document: IntegrationInput,
): Promise<{ readonly median: Times; readonly fastest: Times }> {
  const times: Record<Phase, number[]> = { validate: [], save: [], plan: [] };
  const timed = async (phase: Phase, work: () => Promise<unknown>): Promise<void> => {
    const started = performance.now();
    await work();
    times[phase].push(performance.now() - started);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    // Another one each time: what is the same already is not saved.
    const changed = { ...document, lookBack: `${round + 1}h` };
    await timed('validate', () => client.putIntegration(name, changed, { dryRun: true }));
    await timed('save', () => client.putIntegration(name, changed));
    await timed('plan', async () => {
      const { entries } = await client.plan(name);
      if (entries.length !== ITEMS) throw new Error(`${entries.length} of ${ITEMS} items are planned`);
    });
  }
  const nth = (phase: Phase, n: number): number => Math.round(times[phase].toSorted((a, b) => a - b)[n] ?? 0);
  const all = (n: number): Times => ({
    validate: nth('validate', n),
    save: nth('save', n),
    plan: nth('plan', n),
  });
  return { median: all(Math.floor(ROUNDS / 2)), fastest: all(0) };
}

/**
 * How long it takes, over HTTP and with PostgreSQL, to validate, save and plan a mapping of many fields with many
 * options, and how that compares with a mapping of the title alone between the same trackers.
 */
export async function benchMapping(): Promise<{ ok: boolean; report: Record<string, unknown> }> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'lockstep-bench-'));
  const trackers = ['Left', 'Right'].map((side) => {
    const tracker = new MemoryTracker(side.toLowerCase(), () => Date.now(), { fields: fieldsOf(side) });
    memoryTrackers.set(tracker.name, tracker);
    return tracker;
  });
  for (let item = 0; item < ITEMS; item += 1) {
    const values = Array.from({ length: FIELDS }, (_, field) => [
      `f${field}`,
      `Left-${field}-${(item * 7 + field) % OPTIONS}`,
    ]);
    trackers[0]?.create('somebody', { title: `Item ${item}`, ...Object.fromEntries(values) });
  }
  const server = await startServer({ dataFolder, port: 0, log: silent, budget: { rate: 1_000 } });
  try {
    const client = createClient(server.url, server.token);
    for (const tracker of trackers)
      await client.putConnection(tracker.name, { tracker: 'memory', config: { tracker: tracker.name } });
    const empty = await measured(client, 'bench', documentOf(false));
    const full = await measured(client, 'bench', documentOf(true));
    // To save is to validate first.
    const total = (times: Times): number => times.save + times.plan;
    const ratio = (one: number, other: number): number => Math.round((one / Math.max(other, 1)) * 10) / 10;
    // A machine with other work to do is no defect of the mapping; the medians are told beside it.
    const ok = total(full.fastest) < 1_000;
    return {
      ok,
      report: {
        ok,
        fields: FIELDS,
        options: OPTIONS,
        items: ITEMS,
        bytes: JSON.stringify(documentOf(true)).length,
        milliseconds: {
          empty: { ...empty.median, total: total(empty.median) },
          full: { ...full.median, total: total(full.median), fastest: total(full.fastest) },
        },
        ratio: {
          validate: ratio(full.median.validate, empty.median.validate),
          save: ratio(full.median.save, empty.median.save),
          plan: ratio(full.median.plan, empty.median.plan),
          total: ratio(total(full.median), total(empty.median)),
        },
      },
    };
  } finally {
    await server.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}
