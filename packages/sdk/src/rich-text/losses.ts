import { constructsOf } from './constructs.ts';
import type { Construct } from './constructs.ts';
import type { RichTextForm } from './form.ts';

/** What a text cannot take along into another form, in words, each once: “table (its rows as text)”. */
export function lossesOf(from: RichTextForm, to: RichTextForm, text: string): readonly string[] {
  const tree = from.parse(text);
  const becomes = Object.entries(to.becomes ?? {}) as readonly [Construct, string][];
  const used = becomes.length === 0 ? new Set<Construct>() : constructsOf(tree);
  return [
    ...new Set([
      ...(tree.data?.lost ?? []),
      ...becomes
        .filter(([construct]) => used.has(construct))
        .map(([construct, what]) => `${construct} (${what})`),
    ]),
  ];
}
