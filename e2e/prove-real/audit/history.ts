import { marksOf, SIDES, tokenOf } from '../state.ts';
import type { Found, KeptConflict } from '../state.ts';
import { clock, show as shortened } from './fields.ts';

/** Of a long text, the words that tell what it holds. */
function show(text: string): string {
  return text.includes('\n') ? `a text with ${marksOf(text).join(' ') || 'no mark'}` : shortened(text);
}

/** Everything known about an item, both sides in one order of time, for whoever looks for the cause. */
export function historyLines(
  token: string,
  found: Found,
  conflicts: readonly KeptConflict[],
): readonly string[] {
  const items = SIDES.flatMap((side) =>
    found[side].filter((it) => tokenOf(it.fields.title) === token).map((item) => ({ side, item })),
  );
  const events = items.flatMap(({ side, item }) => [
    { at: item.createdAt, text: `${side} ${item.url} made by ${item.createdBy}` },
    ...item.changes.map((it) => ({
      at: it.at,
      text: `${side} ${it.by} ${it.field}: ${show(it.before)} → ${show(it.after)}`,
    })),
  ]);
  const ids = new Set(items.map(({ side, item }) => `${side}:${item.id}`));
  return [
    ...events.toSorted((a, b) => a.at - b.at).map(({ at, text }) => `${clock(at)} ${text}`),
    ...items.flatMap(({ side, item }) => [
      ...item.comments.map(
        (it) => `${side} ${it.private ? 'private ' : ''}comment ${it.id} by ${it.by}: ${show(it.body)}`,
      ),
      ...item.files.map(
        (it) =>
          `${side} ${it.private ? 'private ' : ''}file ${it.id} ${it.name} by ${it.by}: ${it.hash.slice(0, 12)}`,
      ),
    ]),
    ...conflicts
      .filter((it) => SIDES.some((side) => ids.has(`${side}:${it.items[side]}`)))
      .map(
        (it) =>
          `conflict ${it.field}: ${show(it.values.redmine)} ↔ ${show(it.values.rt)}: ${it.outcome} (${it.reason})`,
      ),
  ];
}
