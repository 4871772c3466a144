import type { Root } from 'mdast';
import type { Construct } from './constructs.ts';
import './nodes.ts';

/** The nodes that a tree is made of, for those who read or write a dialect. */
export type {
  AlignType,
  BlockContent,
  Blockquote,
  List,
  ListItem,
  Nodes,
  PhrasingContent,
  RootContent,
  Table,
  TableRow,
} from 'mdast';

/** Rich text between trackers: a Markdown syntax tree (mdast with GFM, and the nodes of `nodes.ts`). */
export type RichText = Root;

/** How one tracker writes rich text. `print(parse(x))` means the same as `x`; both are pure. */
export interface RichTextForm {
  readonly id: string;
  /** Never throws. What was written and cannot be held by the tree stands in its `data.lost`. */
  parse(text: string): RichText;
  /** Escapes whatever the tracker would execute: mentions, references, quick actions, placeholders, HTML. */
  print(tree: RichText): string;
  /** What this form cannot hold, and what it becomes: “its text in bold”. Absent: everything is kept. */
  readonly becomes?: Becomes;
}

/** From a construct to what is written instead. */
export type Becomes = Readonly<Partial<Record<Construct, string>>>;
