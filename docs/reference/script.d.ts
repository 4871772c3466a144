/** What the script of an integration works with. Copy this file beside your script, or refer to it. */

type Side = 'left' | 'right';
type Value = string | number | boolean | null | string[];
/** By the names of the fields; options by their titles, persons by their ids. */
type Fields = Record<string, Value>;

interface Item {
  side: Side;
  id: string;
  key: string;
  url: string;
  /** The title of its type. */
  type: string;
  fields: Fields;
}

interface Write {
  /** The integration's name. */
  integration: string;
  /** The side that is written to. */
  side: Side;
  isNew: boolean;
  source: Item;
  /** `null`: it is about to be created. */
  target: Item | null;
  /** What is to be written. */
  fields: Fields;
}

interface CommentToSend {
  integration: string;
  /** The side that it is sent to. */
  side: Side;
  source: Item;
  /** As its own tracker has it. */
  body: string;
  author: string;
  visibility: 'public' | 'private';
}

/** Hooks that a script may export. */
interface Hooks {
  beforeRun?(run: { integration: string }): void | Promise<void>;
  beforeWrite?(write: Write): Fields | void | Promise<Fields | void>;
  beforeComment?(comment: CommentToSend): string | null | void | Promise<string | null | void>;
}

/** An item of that side by its id, through the connection's own budget. */
declare function read(side: Side, id: string): Promise<Item | null>;
