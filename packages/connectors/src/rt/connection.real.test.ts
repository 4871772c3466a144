import { describe, expect, it } from 'vitest';
import { createQueue } from '../../../../scripts/trackers/projects.ts';
import { realTrackers } from '../../../../scripts/trackers/state.ts';
import { failure, openQueue, signal } from './testing/queue.ts';

const { rt: server } = await realTrackers();
// A name that would break out of an unquoted query.
const queue = await createQueue('connector\'s \\ "queue"');
const { connector, connect, as, make, changesSince } = openQueue(server, queue);

describe('a connection to Request Tracker', () => {
  it('is checked: account, version, rights, marker field', async () => {
    await make();
    const report = await connector.check(signal);
    expect(report).toMatchObject({
      account: { id: 'lockstep', email: 'lockstep@example.test' },
      warnings: [],
    });
    expect(report.product).toMatch(/^Request Tracker 5\./);
    expect(Math.abs(report.clockSkew ?? 0)).toBeLessThan(5000);
  });

  it.each([
    ['a wrong token', { token: '1-1-wrong' }, 'auth'],
    ['a queue that is not there', { queue: 'Nope' }, 'config'],
    ['a marker field that is not there', { marker: 'Nope' }, 'config'],
    ['an address without RT', { url: 'http://127.0.0.1:3200/nowhere' }, 'config'],
  ] as const)('refuses %s', async (_, more, kind) => {
    const error = await failure(connect(more).check(signal));
    expect(error.kind).toBe(kind);
    expect(error.details.remedy).toMatch(/\.$/);
  });

  it('refuses an account without rights, and a token cut short', async () => {
    expect((await failure(connect({ token: server.users['mallory']?.token ?? '' }).check(signal))).kind).toBe(
      'forbidden',
    );
    expect(() => connect({ token: 'abc' })).toThrow(/not of the form/);
  });

  it('never reads the feed with an account in another time zone (P2)', async () => {
    const account = `user/${server.users['carol']?.id}`;
    const token = server.users['carol']?.token ?? '';
    await make();
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    try {
      await as('root', 'PUT', account, { Timezone: 'America/New_York' });
      expect((await failure(changesSince(hourAgo, connect({ token })))).details.remedy).toMatch(
        /time zone of this account to UTC/,
      );
      // The server's zone, which is UTC here, is found out by a ticket.
      await as('root', 'PUT', account, { Timezone: '' });
      expect((await changesSince(hourAgo, connect({ token }))).length).toBeGreaterThan(0);
    } finally {
      await as('root', 'PUT', account, { Timezone: 'UTC' });
    }
  });

  it('tells fields, options and statuses', async () => {
    const schema = await connector.schema(signal);
    expect(schema.scope).toMatchObject({ id: String(queue.id), title: queue.name });
    const fields = schema.types[0]?.fields ?? [];
    const named = (id: string) => fields.find((field) => field.id === id);
    expect(named('status')?.options?.map(({ id, closed }) => `${id}:${closed}`)).toEqual([
      'new:false',
      'open:false',
      'stalled:false',
      'resolved:true',
      'rejected:true',
    ]);
    const severity = named(`cf_${server.customFieldIds.severity}`);
    expect(severity?.options?.map(({ id }) => id).toSorted()).toEqual(['Critical', 'High', 'Low', 'Medium']);
    expect(named(`cf_${server.customFieldIds.externalId}`)).toBeUndefined();
    expect(named('description')?.onUpdate).toMatchObject({ reason: expect.stringMatching(/\.$/) as string });
  });
});
