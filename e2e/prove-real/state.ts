/** The two sides of the proof; Redmine is the integration's left side. */
export type Side = 'redmine' | 'rt';
export const SIDES: readonly Side[] = ['redmine', 'rt'];
export function other(side: Side): Side {
  return side === 'redmine' ? 'rt' : 'redmine';
}

/** Mapped both ways. `details` is Redmine's description and a long text field of Request Tracker. */
export const FIELDS = ['title', 'status', 'priority', 'assignee', 'severity', 'due', 'details'] as const;
export type Field = (typeof FIELDS)[number];

/** The account that Lockstep signs in with; whatever anybody else does counts as a person's deed. */
export const SYNC_ACCOUNT = 'lockstep';

/** An entry of a tracker's own history. Values as people name them: titles, logins; empty is ''. */
export interface Change {
  readonly field: Field;
  readonly before: string;
  readonly after: string;
  readonly by: string;
  /** Milliseconds, in whole seconds: neither tracker tells more. */
  readonly at: number;
}

export interface FoundComment {
  readonly id: string;
  readonly body: string;
  readonly by: string;
  readonly private: boolean;
}

export interface FoundFile {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of what the tracker gives back. */
  readonly hash: string;
  readonly by: string;
  readonly private: boolean;
}

/** An item as its tracker tells it. */
export interface FoundItem {
  readonly id: string;
  readonly url: string;
  readonly createdBy: string;
  readonly createdAt: number;
  /** Moves with every write, also with one that the history does not tell. */
  readonly updatedAt: string;
  readonly fields: Readonly<Record<Field, string>>;
  /** Request Tracker: the first message. Redmine: the field that it is copied to. */
  readonly request: string;
  /** Addresses of the counterpart. */
  readonly references: readonly string[];
  /** Oldest first. */
  readonly changes: readonly Change[];
  readonly comments: readonly FoundComment[];
  readonly files: readonly FoundFile[];
  /** Ids of all that Lockstep's account entered into the history. */
  readonly ownEntries: readonly string[];
}

export type Found = Readonly<Record<Side, readonly FoundItem[]>>;

/** A conflict as Lockstep's API tells it. */
export interface KeptConflict {
  readonly field: Field;
  /** Ids of the two items. */
  readonly items: Readonly<Record<Side, string>>;
  readonly values: Readonly<Record<Side, string>>;
  readonly outcome: string;
  readonly reason: string;
}

/** What people did and got a yes for. */
export interface Told {
  /** Tokens of the items made. */
  readonly items: readonly string[];
  /** Marks of comments. */
  readonly comments: readonly string[];
  /** Hashes of files. */
  readonly files: readonly string[];
}

/** Are private comments carried as private ones, or kept? */
export type PrivateRule = 'never' | 'private';

const TOKEN = /\[([ab]\d{3,})\]/;
/** Every title holds it, whatever else is edited. */
export function tokenOf(title: string): string | undefined {
  return TOKEN.exec(title)?.[1];
}

const MARK = /\bm\d{6}z\b/g;
/** Words that stand once in everything that people wrote. */
export function marksOf(text: string): readonly string[] {
  return [...new Set(text.match(MARK))];
}
