import { expect } from 'vitest';
import type { Bench } from './bench.ts';
import type { Check } from './check.ts';
import { need } from './check.ts';

/** The connection itself: who, what, and what a wrong secret or a cancelled call looks like. */
export const connectionChecks = {
  'check-names-the-account': {
    promises: 'checking a good connection names product and account',
    async run({ connector, signal }) {
      const report = await connector.check(signal);
      expect(report.product).toMatch(/\S/);
      expect(report.account.id).toMatch(/\S/);
      expect(report.account.active).toBe(true);
      for (const warning of report.warnings) expect(warning, 'a warning is a sentence').toMatch(/ .*\.$/s);
      const { users } = connector;
      if (users !== undefined) expect((await users.self(signal)).id).toBe(report.account.id);
    },
  },
  'schema-fits-the-samples': {
    promises: 'the schema describes every field that can be written, with options and reasons',
    async run({ connector, samples, signal }) {
      const { types } = await connector.schema(signal);
      const fields = types.find((type) => type.id === samples.type)?.fields ?? [];
      const ids = fields.map((field) => field.id);
      expect(new Set(ids).size, 'field ids are unique').toBe(ids.length);
      expect(ids).toEqual(
        expect.arrayContaining([
          samples.title,
          samples.richText,
          ...Object.keys({ ...samples.create, ...samples.change }),
        ]),
      );
      expect(fields.find((field) => field.id === samples.richText)?.kind).toBe('rich-text');
      for (const field of fields) {
        const chosen = ['option', 'version', 'multi-option', 'status'].includes(field.kind);
        if (chosen) expect(field.options, `${field.id} lists its options`).toBeDefined();
        for (const writable of [field.onCreate, field.onUpdate])
          if (writable !== true) expect(writable.reason, `${field.id} says why`).toMatch(/\S \S/);
      }
    },
  },
  'limits-agree-with-the-facets': {
    promises: 'what the limits declare is there, and what they deny is not',
    async run({ connector: { limits, items, attachments } }) {
      expect(items.find !== undefined).toBe(limits.marker === 'searchable');
      expect(limits.timestampStep).toBeGreaterThan(0);
      expect(limits.indexLag).toBeGreaterThanOrEqual(0);
      expect(limits.answerHorizon).toBeGreaterThan(0);
      if (attachments !== undefined) expect(attachments.maxSize).toBeGreaterThan(0);
    },
  },
  'wrong-secret-is-auth': {
    promises: 'a wrong secret is an error of kind auth everywhere, never an empty answer (P2)',
    async run(bench) {
      const connector = need(bench.subject.refused, 'counterpart with a wrong secret (`subject.refused`)');
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        check: () => connector.check(bench.signal),
        get: () => connector.items.get([bench.samples.unknownId ?? '999999999'], bench.signal),
        changes: async () =>
          first(connector.items.changes({ since: '2020-01-01T00:00:00.000Z' }, bench.signal)),
      };
      for (const [name, call] of Object.entries(calls))
        expect((await bench.refusal(call, `${name} with a wrong secret`)).kind, name).toBe('auth');
    },
  },
  'abort-stops': {
    promises:
      'a call that is cancelled ends with the reason of its signal, and a cancelled create makes nothing',
    async run(bench) {
      const { items } = bench.connector;
      const reason = new Error('the run was stopped');
      const aborted = AbortSignal.abort(reason);
      const item = await bench.create();
      const draft = bench.draft();
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        get: () => items.get([item.id], aborted),
        changes: async () => first(items.changes({ since: item.updatedAt }, aborted)),
        create: () => items.create(draft, aborted),
        update: () =>
          items.update(item.id, { fields: bench.samples.change, expected: item.version }, aborted),
      };
      for (const [name, call] of Object.entries(calls)) {
        const error: unknown = await call().then(
          () => expect.fail(`${name} ignored its signal`),
          (failure: unknown) => failure,
        );
        expect(error, name).toBe(reason);
      }
      await unmade(bench, draft.marker, item.updatedAt);
    },
  },
} satisfies Record<string, Check>;

async function unmade(bench: Bench, marker: string, since: string): Promise<void> {
  await bench.settle();
  const found = (await bench.itemsSince(since)).filter((item) => item.marker === marker);
  expect(found, 'the cancelled create left an item').toEqual([]);
}

async function first<T>(pages: AsyncIterable<T>): Promise<T | undefined> {
  for await (const page of pages) return page;
  return undefined;
}
