import { canonicalMarkdown } from '@lockstep/sdk';
import type { Item } from '@lockstep/sdk';

/*
 * Where a tracker cannot be told who made an item and when, the copy's text says so in its last paragraph. The note is
 * no part of what is synced: readers of a text do not see it, writers keep it.
 */

const STAMP = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d UTC`;
const NOTE = new RegExp(
  String.raw`(?:^|\n\n)Written by .+ on ${STAMP}, last changed on ${STAMP}, and migrated\.\s*$`,
  'iu',
);

/** An instant for people, by the minute: `2026-01-02 03:04 UTC`. */
export function moment(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The last paragraph of a migrated item's text, in canonical Markdown; a name means nothing in it but itself. */
export function originNote(item: Item): string {
  const name = (item.createdBy?.name ?? '').replaceAll(/\s+/g, ' ').trim();
  const author = name === '' ? (item.createdBy?.id ?? 'somebody') : name;
  const value = `Written by ${author} on ${moment(item.createdAt)}, last changed on ${moment(item.updatedAt)}, and migrated.`;
  return canonicalMarkdown({
    type: 'root',
    children: [{ type: 'paragraph', children: [{ type: 'text', value }] }],
  }).trim();
}

/** The canonical text without its note. */
export function withoutNote(text: string): string {
  return text.replace(NOTE, '');
}

/** The note of a canonical text; empty if it has none. */
export function noteIn(text: string): string {
  return NOTE.exec(text)?.[0].trim() ?? '';
}

/** A canonical text with a note behind it. */
export function withNote(text: string, note: string): string {
  return text === '' || note === '' ? text + note : `${text}\n\n${note}`;
}
