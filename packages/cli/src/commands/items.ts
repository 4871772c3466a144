import type { Client, KnownItem, Sync } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { short, table, when, type Output } from '../output.ts';

export interface ItemsOptions {
  readonly limit: number;
  readonly parked?: true;
  readonly conflicts?: true;
  readonly outcome?: string;
  readonly type?: string;
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
  readonly side?: string;
  readonly run?: string;
}

export async function items(
  client: Client,
  name: string,
  options: ItemsOptions,
  output: Output,
): Promise<void> {
  const { limit, parked, conflicts, ...chosen } = options;
  if (parked === true) {
    const found = await client.parked(name, { limit });
    for (const one of found.items) {
      output.line(`${one.side} ${one.key}  ${one.kind}: ${one.reason}`);
      output.line(
        `  ${one.remedy ?? ''}  ${one.nextTry === undefined ? 'Waits for a person.' : `Tried again at ${when(one.nextTry)}.`}`,
      );
    }
    if (found.items.length === 0) output.line('Nothing is parked.');
    output.result({ ok: true, ...found });
  } else if (conflicts === true) {
    const found = await client.conflicts(name, { limit });
    for (const one of found.items)
      output.line(
        `${when(one.recordedAt)}  ${one.outcome.padEnd(6)} ${one.field.left}: ${short(one.left.value, 30)} ↔ ${short(one.right.value, 30)}  ${one.reason}`,
      );
    if (found.items.length === 0) output.line('There are no conflicts.');
    output.result({ ok: true, ...found });
  } else {
    const found = await client.items(name, { limit, ...chosen });
    for (const one of found.items) tell(one, output);
    if (found.items.length === 0)
      output.line(
        Object.keys(chosen).length === 0
          ? `${name} has synced nothing yet.`
          : 'No item fits what was asked for.',
      );
    output.result({ ok: true, ...found });
  }
}

/** Where an item is known, and all that was done to it there. */
export async function item(client: Client, name: string, limit: number, output: Output): Promise<void> {
  const { items: places } = await client.findItem(name);
  if (places.length === 0)
    throw new Failure(
      EXIT.input,
      'unknown-item',
      `no run has looked at an item “${name}”`,
      `Ask why: lockstep why ${name}`,
    );
  const known = [];
  for (const place of places) {
    const history = await client.itemHistory(place.integration, place, { limit });
    tellPlace(place, output);
    for (const entry of history.items) {
      tell(entry, output, '  ');
      for (const { field, outcome, reason } of entry.conflicts)
        output.line(`      conflict of ${field.left} ↔ ${field.right}, ${outcome}: ${reason}`);
    }
    for (const { asked, who, askedAt, droppedAt, droppedBy } of history.dropped)
      output.line(
        `  ${asked}, asked for by ${who} ${when(askedAt)}, was dropped by ${droppedBy} ${when(droppedAt)}: the pause was left out`,
      );
    if (history.next !== undefined) output.line(`  … and older: --limit takes up to 500`);
    known.push({
      ...place,
      history: history.items,
      dropped: history.dropped,
      ...(history.next === undefined ? {} : { next: history.next }),
    });
  }
  output.result({ ok: true, items: known });
}

function tellPlace({ integration, left, right, pair, parked }: KnownItem, output: Output): void {
  const names = [left, right].map((one) =>
    one === undefined ? 'nothing' : `${one.key} ${short(one.title ?? '', 40)}`.trim(),
  );
  output.line(
    `${integration}: ${names.join(' ↔ ')}${pair === undefined ? ' (no counterpart)' : pair === 'unlinked' ? ' (unlinked)' : ''}`,
  );
  for (const { url } of [left, right].filter((one) => one !== undefined)) output.line(`  ${url}`);
  for (const { side, key, kind, reason, remedy, nextTry } of parked) {
    output.line(`  parked: ${side} ${key}, ${kind}: ${reason}`);
    if (remedy !== undefined) output.line(`    → ${remedy}`);
    output.line(`    ${nextTry === undefined ? 'Waits for a person.' : `Tried again at ${when(nextTry)}.`}`);
  }
}

function tell(one: Sync, output: Output, indent = ''): void {
  const [row = ''] = table([
    [
      when(one.at),
      one.failed && one.outcome !== 'parked' ? `${one.outcome}, failed` : one.outcome,
      one.left?.key ?? '-',
      one.origin === 'left' ? '→' : '←',
      one.right?.key ?? '-',
      short(one.left?.title ?? one.right?.title ?? '', 40),
    ],
  ]);
  output.line(indent + row);
  if (one.message !== undefined) output.line(`${indent}    ${one.message}`);
  if (one.remedy !== undefined) output.line(`${indent}    → ${one.remedy}`);
  for (const { condition, values } of one.unmet)
    output.line(
      `${indent}    not met: ${condition}; ${values.map(({ title, words }) => `${title} is ${words === '' ? 'empty' : `“${short(words, 40)}”`}`).join(', ')}`,
    );
  for (const { side, title, words, by, reason } of one.changes)
    output.line(
      `${indent}    ${side} ${title}: “${short(words.before, 40)}” → “${short(words.after, 40)}”, by ${by} (${reason})`,
    );
  for (const part of one.parts) output.line(`${indent}    ${part}`);
}
