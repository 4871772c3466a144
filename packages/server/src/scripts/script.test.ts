import { afterEach, expect, test } from 'vitest';
import { LIMITS, ScriptFailed } from './sandbox.ts';
import { Script } from './script.ts';

const opened: Script[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(script: string, library?: string, limits: Partial<typeof LIMITS> = {}): Promise<Script> {
  const one = await Script.open({ script, library }, { ...LIMITS, steps: 50, time: 5_000, ...limits });
  opened.push(one);
  return one;
}

async function failureOf(script: string, given: unknown = {}, library?: string): Promise<string> {
  try {
    const answer = await (await open(script, library)).call({ hook: 'beforeWrite', given });
    return `it answered ${JSON.stringify(answer)}`;
  } catch (error) {
    expect(error).toBeInstanceOf(ScriptFailed);
    return (error as Error).message;
  }
}

test('a hook is given a copy and answers with one', async () => {
  const sandbox = await open(
    `export function beforeWrite({ fields }) { fields.Title += '!'; return fields; }`,
  );
  expect(sandbox.hooks).toEqual(['beforeWrite']);
  const given = { fields: { Title: 'ünïcode 😀', Tags: ['a'] } };
  expect(await sandbox.call({ hook: 'beforeWrite', given })).toEqual({ Title: 'ünïcode 😀!', Tags: ['a'] });
  expect(given.fields.Title).toBe('ünïcode 😀');
});

test('types are allowed, and the library is shared', async () => {
  const library = `export const shout = (text: string): string => text.toUpperCase();`;
  const script = `import { shout } from 'library';\nexport function beforeComment(it: { body: string }): string { return shout(it.body); }`;
  expect(await (await open(script, library)).call({ hook: 'beforeComment', given: { body: 'a' } })).toBe('A');
});

test('nothing that one item leaves behind reaches the next', async () => {
  const sandbox = await open(
    `let seen = 0;\nexport const beforeWrite = () => ((globalThis.kept ??= 0), (seen += 1));`,
  );
  for (let call = 0; call < 3; call++) expect(await sandbox.call({ hook: 'beforeWrite', given: {} })).toBe(1);
});

test('its host answers while it waits, and its failures are the script’s to catch', async () => {
  const script = `export async function beforeWrite() {
    const [one, two] = await Promise.all([read('left', '1'), read('right', '2')]);
    try { await read('left', 'away'); } catch (error) { return [one.key, two.key, error.message]; }
  }`;
  const read = (side: unknown, id: unknown) =>
    id === 'away'
      ? Promise.reject(new Error('gone'))
      : Promise.resolve({ key: `${String(side)} ${String(id)}` });
  expect(await (await open(script)).call({ hook: 'beforeWrite', given: {}, host: { read } })).toEqual([
    'left 1',
    'right 2',
    'gone',
  ]);
});

test('what it logs is told, and only so much', async () => {
  const lines: string[] = [];
  const script = `export function beforeRun() { for (let i = 0; i < 200; i++) console.log('line', i, { a: 1 }); }`;
  await (await open(script)).call({ hook: 'beforeRun', given: {}, log: (line) => lines.push(line) });
  expect(lines[0]).toBe('line 0 {"a":1}');
  expect(lines).toHaveLength(100);
});

test.each([
  [
    'its own error',
    `export function beforeWrite(it) {\n  throw new Error('no due date');\n}`,
    'script, line 2: no due date',
  ],
  [
    'a slip',
    `export function beforeWrite(it) {\n\n  return it.fields.due.length;\n}`,
    /^script, line 3: TypeError: /,
  ],
  ['syntax', `export function beforeWrite( {`, /./],
  ['an endless loop', `export function beforeWrite() { for (;;); }`, /did not come to its end/],
  [
    'an endless chain',
    `export async function beforeWrite() { for (;;) await null; }`,
    /did not come to its end/,
  ],
  ['endless recursion', `export function beforeWrite() { return beforeWrite(); }`, /stack|recursion|end/i],
  [
    'too much memory',
    `export function beforeWrite() { const all = []; for (;;) all.push(new Uint8Array(1e7)); }`,
    /memory|end/,
  ],
  ['waiting for nothing', `export function beforeWrite() { return new Promise(() => {}); }`, /never comes/],
  ['a huge answer', `export function beforeWrite() { return 'x'.repeat(5_000_000); }`, /more than/],
  [
    'an answer that is none',
    `export function beforeWrite() { const it = {}; it.it = it; return it; }`,
    /circular/,
  ],
  ['a file', `import fs from 'fs';\nexport function beforeWrite() {}`, /no module “fs”/],
  ['the process', `export function beforeWrite() { return process.env; }`, /process/],
  ['the network', `export function beforeWrite() { return fetch('http://127.0.0.1'); }`, /fetch/],
  [
    'a way out',
    `export function beforeWrite() { return beforeWrite.constructor('return process')(); }`,
    /process/,
  ],
])('%s is refused with its place', async (_, script, message) => {
  expect(await failureOf(script)).toMatch(message);
});

test('an error in the library names the library', async () => {
  const library = `\nexport const broken = () => { throw new Error('oh'); };`;
  const script = `import { broken } from 'library';\nexport const beforeWrite = () => broken();`;
  expect(await failureOf(script, {}, library)).toBe('library, line 2: oh');
});

test('what no step counts ends with its thread, and the next call gets a new one', async () => {
  const script = `export function beforeWrite(it) { return it.slow ? 'x'.repeat(2e7).indexOf('x'.repeat(1e4) + 'y') : 'quick'; }`;
  const sandbox = await open(script, undefined, { steps: 1e9, time: 2_000 });
  const slow = sandbox.call({ hook: 'beforeWrite', given: { slow: true } });
  const next = sandbox.call({ hook: 'beforeWrite', given: {} });
  await expect(slow).rejects.toThrow('within 2 s');
  expect(await next).toBe('quick');
});

test('the same loop ends after the same steps', async () => {
  const script = `export function beforeWrite(it) { let n = 0; console.log('begun'); for (;;) { n += 1; if (n % 1e5 === 0) console.log(n); } }`;
  const run = async (): Promise<string[]> => {
    const lines: string[] = [];
    const sandbox = await open(script, undefined, { steps: 120, time: 60_000 });
    const ended = sandbox.call({ hook: 'beforeWrite', given: {}, log: (line) => lines.push(line) });
    await expect(ended).rejects.toThrow('steps');
    return lines;
  };
  const first = await run();
  expect(first.length).toBeGreaterThan(1);
  expect(await run()).toEqual(first);
});

test('a stop ends it', async () => {
  const stop = new AbortController();
  const sandbox = await open(`export const beforeWrite = () => read();`);
  const host = { read: () => new Promise<never>(() => stop.abort(new Error('stopped'))) };
  const ended = sandbox.call({ hook: 'beforeWrite', given: {}, host, signal: stop.signal });
  await expect(ended).rejects.toThrow('stopped');
});
