import type { Client, Run } from '@lockstep/api';
import { expect, test } from 'vitest';
import { EXIT, Failure } from '../exit.ts';
import { createOutput } from '../output.ts';
import { run } from './run.ts';

const counts = {
  examined: 3,
  created: 1,
  updated: 0,
  unchanged: 2,
  skipped: 0,
  conflicted: 0,
  parked: 0,
  comments: 0,
  attachments: 0,
  requests: 4,
  waited: 2_500,
};
const ended = (outcome: Run['outcome'], more: Partial<Run> = {}): Run => ({
  id: 'r1',
  integration: 'one',
  trigger: 'manual',
  startedAt: '2026-01-02T03:04:05.000Z',
  endedAt: '2026-01-02T03:04:07.000Z',
  duration: 2_000,
  outcome,
  left: counts,
  right: { ...counts, created: 0 },
  ...more,
});

/** Runs it against a server that waits, then runs, then ends so; answers with what was said and the failure. */
async function follow(last: Run, { json = false, terminal = false } = {}) {
  const answers: { run?: Run }[] = [{}, { run: { ...last, outcome: 'running' } }, { run: last }];
  const client = {
    run: async () => ({ request: 'r1' }),
    request: async () => answers.shift() ?? { run: last },
  } as Partial<Client> as Client;
  let out = '';
  let err = '';
  const stream = (write: (text: string) => void) =>
    ({ isTTY: terminal, write: (text: string) => (write(text), true) }) as NodeJS.WriteStream;
  const output = createOutput(
    json,
    stream((text) => (out += text)),
    stream((text) => (err += text)),
  );
  const failure: unknown = await run(client, 'one', false, output).then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    out,
    err,
    code: failure instanceof Failure ? failure.code : failure === undefined ? 0 : undefined,
    failure,
  };
}

test.each([
  ['succeeded', EXIT.ok],
  ['stopped', EXIT.ok],
  ['failed', EXIT.failed],
  ['abandoned', EXIT.failed],
  ['braked', EXIT.decision],
] as const)('a run that %s ends with %i', async (outcome, code) => {
  const followed = await follow(ended(outcome, { message: 'why', remedy: 'how' }));
  expect(followed.code).toBe(code);
  expect(followed.out).toMatch(new RegExp(`^one: ${outcome} in 2\\.0 s\n`));
  expect(followed.out).toMatch(/created +1 +0\n/);
  expect(followed.out).toMatch(/waited +2\.5 s +2\.5 s\n/);
  if (code !== EXIT.ok) expect((followed.failure as Failure).details).toHaveProperty('run.id', 'r1');
  if (outcome === 'braked') expect((followed.failure as Failure).remedy).toContain('--force');
});

test('progress is shown on a terminal only, and never with --json', async () => {
  expect((await follow(ended('succeeded'), { terminal: true })).err).toContain('waiting for its turn');
  expect((await follow(ended('succeeded'))).err).toBe('');
  const { out, err } = await follow(ended('succeeded'), { json: true, terminal: true });
  expect(err).toBe('');
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(out)).toMatchObject({ ok: true, run: { id: 'r1' } });
});
