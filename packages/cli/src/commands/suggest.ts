import type { Client } from '@lockstep/api';
import { type Renaming, scopeOf } from '../document/renamed.ts';
import { written } from '../document/written.ts';
import type { Output } from '../output.ts';

/** A first mapping between the scopes of two connections, as a file to correct and apply. */
export async function suggest(
  client: Client,
  sides: { readonly left: string; readonly right: string },
  { as, scopes }: Pick<Renaming, 'as' | 'scopes'>,
  group: string | undefined,
  output: Output,
): Promise<void> {
  output.progress('asking the trackers …');
  const { document, notes, warnings } = await client.suggest({
    left: { connection: sides.left, scope: scopeOf('left', scopes) },
    right: { connection: sides.right, scope: scopeOf('right', scopes) },
    ...(group === undefined ? {} : { group }),
  });
  const place = ['integrations', as];
  const placed = notes.map(({ path, text }) => ({ path: [...place, ...path], text }));
  // What is told of single fields, the notes tell too.
  const others = warnings.filter(({ path }) => path[0] !== 'types');
  const head = others.map(({ path, message }) => ({ path: [], text: `${path[0]} side: ${message}` }));
  output.line(written({ integrations: { [as]: document } }, [...head, ...placed]));
  output.result({ ok: true, integrations: { [as]: document }, notes: placed, warnings });
}
