import { ApiError } from '@lockstep/api';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { between, configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const servers = useServers(database);

const LIBRARY = `export const mark = (text: string): string => '[L] ' + text;`;
const SCRIPT = `import { mark } from 'library';
export function beforeWrite({ side, fields }) {
  console.log('to the', side);
  if (fields.Title === 'Bad') throw new Error('not this one');
  return { ...fields, ...(fields.Title ? { Title: mark(fields.Title) } : {}) };
}
`;

test('a script is checked, tried, played in runs and plans, and its failures name the line', async () => {
  const left = openTracker('left');
  const right = openTracker('right');
  left.addUser({ id: 'alice', login: 'alice', name: 'Alice', active: true });
  left.create('alice', { title: 'Good' });
  left.create('alice', { title: 'Bad' });
  const { client } = await servers.start();

  await configureOne(client);
  await expect(client.putScriptLibrary('export const mark = (')).rejects.toThrow(/library/);
  const broken = configureOne(client, { script: 'export function beforeWrite( {' });
  await expect(broken).rejects.toThrow(/the script of “one” cannot be played/);
  await expect(configureOne(client, { script: SCRIPT })).rejects.toThrow(/mark/);
  expect((await client.putScriptLibrary(LIBRARY)).text).toBe(LIBRARY);
  await configureOne(client, { script: SCRIPT });
  await expect(client.putScriptLibrary('export const other = 1;')).rejects.toThrow(/mark/);
  expect((await client.scriptLibrary()).text).toBe(LIBRARY);
  expect((await client.audit({ kind: 'script library' })).items).toHaveLength(1);

  await expect(client.configure({ library: 'export const other = 1;' })).rejects.toThrow(/mark/);
  const both = {
    library: `${LIBRARY}\n`,
    integrations: { one: between('left', 'right', { script: SCRIPT }) },
  };
  expect((await client.configure(both)).warnings).toEqual([]);
  expect((await client.scriptLibrary()).text).toBe(both.library);

  const [trial] = (await client.tryScript('one', { item: '1' })).items;
  expect(trial).toMatchObject({ side: 'left', isNew: true, log: ['to the right'] });
  expect(trial?.fields).toContainEqual({ name: 'Title', mapped: 'Good', wanted: '[L] Good' });
  const other = { item: '1', script: `export const beforeWrite = () => ({ Titel: 'x' });` };
  expect((await client.tryScript('one', other)).items[0]?.failure).toMatch(
    /no field “Titel” in Task; there are: Title/,
  );
  const endless = { item: '1', script: `export const beforeWrite = () => { for (;;); };` };
  expect((await client.tryScript('one', endless)).items[0]?.failure).toMatch(/did not come to its end/);
  await expect(client.tryScript('one', { item: '77' })).rejects.toBeInstanceOf(ApiError);
  const { entries } = await client.plan('one');
  expect(entries.map(({ action }) => action).toSorted()).toEqual(['create', 'park']);
  expect(right.items.size).toBe(0);

  await client.enable('one');
  expect((await latestEnded(client)).outcome).toBe('succeeded');
  expect([...right.items.values()].map(({ fields }) => fields['title'])).toEqual(['[L] Good']);
  const { items } = await client.parked('one');
  expect(items).toMatchObject([
    { kind: 'rejected', reason: expect.stringContaining('script, line 4: not this one') },
  ]);
}, 60_000);
