import type { FieldDefinition, Item, ItemType } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { findField } from './find.ts';

/** What a placeholder stands for, beside the fields of the item's type. */
export const ITEM_PARTS = ['key', 'url', 'type', 'reporter', 'createdAt'] as const;
export type ItemPart = (typeof ITEM_PARTS)[number];

/** A piece of a template: text as it stands, or a placeholder, with the side it names if it names one. */
export type Piece = string | { readonly side: Side | undefined; readonly name: string };

/** `${left.NAME}` and `${right.NAME}` are placeholders, `$${` stands for `${`. */
export function parseTemplate(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  let rest = text;
  for (;;) {
    const found = /\$\$\{|\$\{([^}]*)\}/.exec(rest);
    if (found === null) break;
    literal += rest.slice(0, found.index);
    rest = rest.slice(found.index + found[0].length);
    if (found[0] === '$${') {
      literal += '${';
      continue;
    }
    const [, side, name] = /^\s*(left|right)\.(.+)$/s.exec(found[1] ?? '') ?? [];
    pieces.push(literal, {
      side: side === undefined ? undefined : (side as Side),
      name: (name ?? found[1] ?? '').trim(),
    });
    literal = '';
  }
  pieces.push(literal + rest);
  return pieces.filter((piece) => piece !== '');
}

/** What a placeholder reads: a part of the item, or one of its fields. */
export type Source = ItemPart | FieldDefinition;

export function sourceOf(type: ItemType, name: string): Source | undefined {
  return ITEM_PARTS.find((part) => part === name) ?? findField(type, name);
}

/** The value that a placeholder reads, in the side's own form. */
export function read(item: Item, source: Source): Item['fields'][string] {
  switch (source) {
    case 'key':
    case 'url':
    case 'type':
    case 'createdAt':
      return item[source];
    case 'reporter':
      return item.createdBy?.id ?? null;
    default:
      return item.fields[source.id] ?? null;
  }
}
