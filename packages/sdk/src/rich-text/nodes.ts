import type { Parent, Literal, PhrasingContent } from 'mdast';

/** Names a person, who may be told of it. In the common form: `[@Name](mention:id)`. */
export interface Mention extends Literal {
  type: 'mention';
  /** Of the person at the tracker that the text is from: its account id or login. */
  user: string;
  /** As shown, without the `@`. */
  value: string;
}

/** What Markdown has no marks for; in the common form HTML: `<sub>`, `<sup>`, `<ins>`. */
export interface Mark extends Parent {
  type: 'subscript' | 'superscript' | 'underline';
  children: PhrasingContent[];
}

declare module 'mdast' {
  interface PhrasingContentMap {
    mention: Mention;
    mark: Mark;
  }
  interface RootContentMap {
    mention: Mention;
    mark: Mark;
  }
  interface RootData {
    /** What the tracker's text had and the tree cannot hold, in words. */
    lost?: string[] | undefined;
  }
}

export function textNode(value: string): { type: 'text'; value: string } {
  return { type: 'text', value };
}
