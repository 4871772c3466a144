import { sql } from 'kysely';
import type { KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import { ItemDesk } from '../items/item-desk.ts';
import type { Vocabulary } from '../items/vocabulary.ts';
import { Integrations } from '../store/integrations.ts';
import { useTestDatabase } from '../testing/database.ts';
import { connect, migrated, withIntegration } from '../testing/store.ts';
import { chosenItems } from './chosen-items.ts';

const database = useTestDatabase(migrated);

test('a thousand keys of five thousand items are told apart in two statements', async () => {
  const { db, close } = await connect(database.url);
  try {
    await withIntegration(db);
    await sql`insert into sync (integration_id, run_id, origin, outcome, at, left_id, left_key, left_url, right_id, right_key,
        right_url, parts)
      select 'int', 'r', 'left', 'created', now(), n::text, '#' || n, 'http://left.example/issues/' || n,
        (n + 100000)::text, 'REQ-' || (n + 100000), 'http://right.example/ticket?id=' || (n + 100000), '[]'
      from generate_series(1, 5000) as n`.execute(db);
    let statements = 0;
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => {
        statements += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    };
    const counted = db.withPlugin(counting);
    const items = new ItemDesk({ db: counted, vocabulary: undefined as unknown as Vocabulary });
    const entry = await new Integrations(db).get('int');
    if (entry === undefined) throw new Error('there is no integration');
    const choose = (names: readonly string[]) =>
      chosenItems({ db: counted, items }, entry, { items: [...names] });
    const numbers = Array.from({ length: 1_000 }, (_, index) => index + 1);
    // Each a third: keys, keys of the other side, addresses.
    const names = numbers.map((n) =>
      n % 3 === 0 ? `#${n}` : n % 3 === 1 ? `req-${n + 100_000}` : `https://left.example/issues/${n}#note-1`,
    );
    const chosen = await choose(names);
    expect(statements).toBe(2);
    expect(chosen.map(({ id }) => Number(id) % 100_000).toSorted((a, b) => a - b)).toEqual(numbers);
    expect(chosen.filter(({ side }) => side === 'right')).toHaveLength(334);
    await expect(choose(['#1', '#5001'])).rejects.toMatchObject({ code: 'unknown-item' });
    // A bare number is an id on one side, and the same number elsewhere a key.
    expect(await choose(['7'])).toMatchObject([{ side: 'left', id: '7', key: '#7' }]);
    await sql`insert into sync (integration_id, run_id, origin, outcome, at, right_id, right_key, right_url, parts)
      values ('int', 's', 'right', 'skipped', now(), '9', '#9', 'http://other.example/9', '[]')`.execute(db);
    await expect(choose(['#9'])).rejects.toMatchObject({ code: 'ambiguous-item' });
    expect(await choose(['http://other.example/9'])).toMatchObject([{ side: 'right', id: '9' }]);
  } finally {
    await close();
  }
});
