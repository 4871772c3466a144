import type { Field, FoundItem } from '../state.ts';

export type Person = 'alice' | 'bob' | 'carol';

/** Values by name, as in the history; empty clears. */
export type Values = Partial<Readonly<Record<Field, string>>>;

export interface NewFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** A tracker as people use it, over its own REST interface, each with an account of their own. */
export interface Desk {
  create(person: Person, values: Values & { readonly title: string }, request: string): Promise<string>;
  edit(person: Person, id: string, values: Values): Promise<void>;
  /** Reads the long text, changes it and stores it. */
  rewrite(person: Person, id: string, change: (text: string) => string): Promise<void>;
  comment(person: Person, id: string, text: string, isPrivate: boolean): Promise<void>;
  attach(person: Person, id: string, file: NewFile, isPrivate: boolean): Promise<void>;
  /** Ids of the items whose title holds this token. */
  find(token: string): Promise<readonly string[]>;
  /** Everything there is, with its history. */
  read(): Promise<readonly FoundItem[]>;
}
