import type { Root } from 'mdast';

/** Rich text between trackers: a Markdown syntax tree (mdast with GFM). */
export type RichText = Root;

/** How one tracker writes rich text. `print(parse(x))` means the same as `x`; both are pure. */
export interface RichTextForm {
  readonly id: string;
  parse(text: string): RichText;
  /** Escapes whatever the tracker would execute: mentions, references, quick actions, placeholders, HTML. */
  print(tree: RichText): string;
}
