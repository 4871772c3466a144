import type { FieldDefinition } from '@lockstep/sdk';

/** How a memory tracker misbehaves, as real ones do. The defaults are a well-behaved tracker. */
export interface Quirks {
  /** Default `compare-and-set`. */
  readonly versioning?: 'compare-and-set' | 'exact' | 'timestamp';
  /** Are versions a mere count, so that some come again after a return to a backup? Default false. */
  readonly countsVersions?: boolean;
  /** Milliseconds, default 1. */
  readonly timestampStep?: number;
  /** Milliseconds until a write shows in the feed and in `find`; default 0. */
  readonly indexLag?: number;
  /** Milliseconds; default 1,000. */
  readonly answerHorizon?: number;
  /** Default true. */
  readonly marker?: boolean;
  /** Default true. */
  readonly privateComments?: boolean;
  /** Items per feed page, default 100. */
  readonly pageSize?: number;
  /** Fields that are accepted and silently not stored. */
  readonly drops?: readonly string[];
  /** Words that it refuses in a title, as a rule of its administrators may. */
  readonly refuses?: string;
  /** What the tracker does to text it stores. */
  readonly normalise?: 'crlf' | 'trim' | 'upper' | 'markup' | 'plain';
  /** In which order the feed gives items of one timestamp; default by ascending number. */
  readonly ties?: 'descending';
  /** Changes are asked for in local time; default UTC. */
  readonly zone?: Zone;
  /** May a status only change along the workflow? Default false. */
  readonly workflow?: boolean;
  /** Does an item come with its comments and attachments? Default true. */
  readonly parts?: boolean;
  /** Fields that somebody has added to it. */
  readonly fields?: readonly FieldDefinition[];
  /** Bytes, default 1 MiB. */
  readonly largestFile?: number;
}

/** Local time as a tracker keeps it: so many minutes ahead of UTC, and others from an instant (milliseconds) on. */
export interface Zone {
  readonly minutes: number;
  readonly changes?: { readonly at: number; readonly minutes: number };
}

/** What quirks bring about; told when it happens. */
export const QUIRK_KINDS = [
  'stale index',
  'same second again',
  'same minute again',
  'rows in another order',
  'page drift',
  'time zone',
  'hour that comes twice',
  'normalised text',
  'dropped field',
] as const;
export type QuirkKind = (typeof QUIRK_KINDS)[number];

export type CallKind = 'list' | 'read' | 'write' | 'readBack' | 'comment' | 'file' | 'find';

/** Faults from outside: called before a call takes effect and after it did; may throw, may wait. */
export interface Hooks {
  before?(kind: CallKind): void | Promise<void>;
  after?(kind: CallKind): void | Promise<void>;
  /** A quirk came into play. */
  played?(quirk: QuirkKind): void;
}
