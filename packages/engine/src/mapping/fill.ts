import { plainTextForm } from '@lockstep/sdk';
import type { Connector, FieldValue, Item, ItemType } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { canonicalOf } from './canonical.ts';
import { isPersonKind } from './conversions.ts';
import { textOf } from './convert.ts';
import type { People } from './people.ts';
import { parseTemplate, read, sourceOf } from './template.ts';
import type { Source } from './template.ts';
import { asList, isEmpty } from './values.ts';
import { localText } from './zones.ts';

/** A template ready to be filled with items of one side. */
export interface Filling {
  readonly sources: readonly Source[];
  /** What the placeholders read, in the side's own form. */
  values(item: Item): readonly FieldValue[];
  /** People among those values, whose names have to be known before they are shown. */
  people(values: readonly FieldValue[]): readonly string[];
  /** The text; as Markdown, in which values mean nothing but themselves, or as it is. */
  text(values: readonly FieldValue[], people: People): string;
}

/** Undefined where a placeholder reads nothing that items of this type have on that side. */
export function fillingOf(
  template: string,
  from: Side,
  type: ItemType,
  connector: Pick<Connector, 'richText'>,
  options: { readonly zone?: string | undefined; readonly asMarkdown: boolean },
): Filling | undefined {
  const pieces: ({ readonly text: string } | { readonly source: Source })[] = [];
  for (const piece of parseTemplate(template)) {
    if (typeof piece === 'string') {
      pieces.push({ text: piece });
      continue;
    }
    const source = piece.side === from ? sourceOf(type, piece.name) : undefined;
    if (source === undefined) return undefined;
    pieces.push({ source });
  }
  const sources = pieces.flatMap((piece) => ('source' in piece ? [piece.source] : []));
  const shown = (source: Source, value: FieldValue, people: People): string => {
    if (isEmpty(value)) return '';
    if (typeof source !== 'string' && source.kind === 'rich-text') {
      return options.asMarkdown
        ? canonicalOf(connector.richText, String(value)).trim()
        : plainTextForm.print(connector.richText.parse(String(value)));
    }
    const text = plainly(source, value, people);
    return options.asMarkdown ? canonicalOf(plainTextForm, text).trim() : text;
  };
  const plainly = (source: Source, value: FieldValue, people: People): string => {
    if (source === 'type') return type.title;
    if (source === 'reporter') return people.name(from, String(value));
    if (source === 'createdAt' && options.zone !== undefined)
      return localText(options.zone, Date.parse(String(value)));
    if (typeof source === 'string') return String(value);
    const words = Array.isArray(value) ? asList(value) : [value];
    return words.map((one) => textOf(from, source, options.zone, one as FieldValue, people)).join(', ');
  };
  return {
    sources,
    values: (item) => sources.map((source) => read(item, source)),
    people: (values) =>
      sources.flatMap((source, index) =>
        source === 'reporter' || (typeof source !== 'string' && isPersonKind(source.kind))
          ? asList(values[index] ?? null)
          : [],
      ),
    text: (values, people) => {
      const left = [...values];
      return pieces
        .map((piece) => ('text' in piece ? piece.text : shown(piece.source, left.shift() ?? null, people)))
        .join('');
    },
  };
}
