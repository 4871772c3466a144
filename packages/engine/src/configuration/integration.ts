import type { FieldId, FieldValue, Instant } from '@lockstep/sdk';
import type { Filter } from '../filter/filter.ts';

export type Side = 'left' | 'right';
export const SIDES: readonly Side[] = ['left', 'right'];
export function other(side: Side): Side {
  return side === 'left' ? 'right' : 'left';
}

/** A value on each side. */
export interface Both<T> {
  readonly left: T;
  readonly right: T;
}

export type Direction = 'both' | 'to-right' | 'to-left';

/** Who wins when both sides changed a single value. The losing value is always kept in the conflict record. */
export type ConflictPolicy = 'newest' | 'left' | 'right' | 'ask';

export interface OptionRow {
  readonly left: string;
  readonly right: string;
}

export interface FieldMapping {
  readonly left: FieldId;
  readonly right: FieldId;
  /** Default `both`. */
  readonly direction?: Direction;
  /** Carry on creation; default true. */
  readonly onCreate?: boolean;
  /** Carry on later changes; default true. */
  readonly onUpdate?: boolean;
  /** Default `newest`. */
  readonly policy?: ConflictPolicy;
  /** Option ids or titles; of several rows with one value, the first is the way back. */
  readonly options?: readonly OptionRow[];
  /** Person ids, logins or e-mails, before e-mail and name are tried. */
  readonly users?: readonly OptionRow[];
  /** The value a side gets where the other's has no counterpart; without it the item is parked. */
  readonly defaults?: Partial<Both<string>>;
  /** `text`: a side takes the other's text where the table has no row. Default `refuse`, but for fields without options. */
  readonly missing?: Partial<Both<'refuse' | 'text'>>;
  /** Of a status: what an item is given on its way into one, in fields that have no value yet; by side, status and field. */
  readonly transitions?: Partial<Both<Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  /** A text that the other side has no room for: cut with a marker at its end, or its item parked. Default `cut`; addresses are never cut. */
  readonly tooLong?: 'cut' | 'refuse';
  /** Where days begin, and what a time without a zone means: an IANA name. Default `UTC`. */
  readonly zone?: string;
}

/** A field of one side that Lockstep writes by itself: a fixed value, or a template filled with the other side's item. */
export interface DerivedField extends Pick<FieldMapping, 'onCreate' | 'onUpdate' | 'tooLong' | 'zone'> {
  /** The side written to. */
  readonly to: Side;
  readonly field: FieldId;
  /** With placeholders such as `${left.key}`; see `mapping/template.ts`. */
  readonly template?: string;
  readonly value?: string | number | boolean | readonly string[];
}

export interface CommentMapping {
  readonly direction: Direction;
  /** `never`: private comments stay; `private`: carried where the other side can keep them private. Default `never`. */
  readonly internal?: 'never' | 'private';
}

export interface AttachmentMapping {
  readonly direction: Direction;
  /** Bytes; the default is the target's own limit. */
  readonly maxSize?: number;
}

export interface TypeMapping {
  readonly left: string;
  readonly right: string;
  /** Default true; while it is false its items are left as they are (P5). */
  readonly enabled?: boolean;
  /** May new items be created on this side? Default both. */
  readonly create?: Partial<Both<boolean>>;
  readonly update?: Partial<Both<boolean>>;
  readonly fields: readonly FieldMapping[];
  readonly derived?: readonly DerivedField[];
  readonly comments?: CommentMapping;
  readonly attachments?: AttachmentMapping;
  /** Store the counterpart's address here: a field id, or `link` for the tracker's own references. */
  readonly reference?: Partial<Both<FieldId>>;
}

/** What to do when the counterpart is confirmed gone. */
export type DeletionPolicy = 'ignore' | 'unlink' | 'delete';

export interface SideConfiguration {
  readonly connection: string;
  /** As the connector's scope schema wants it. */
  readonly scope: Readonly<Record<string, unknown>>;
  /** ALL must hold for every item, NEW for unpaired, SYNCED for paired ones. */
  readonly filters?: { readonly all?: Filter; readonly new?: Filter; readonly synced?: Filter };
}

export interface Brakes {
  /** Share of the known pairs, 0..1; default 0.1. */
  readonly share?: number;
  /** Default 20. */
  readonly atLeast?: number;
  /** Runs in a row that write a pair both ways with nobody editing; default 5. */
  readonly oscillation?: number;
}

/** An integration as people configure it. Plain data; checked against both schemas when saved. */
export interface IntegrationConfiguration extends Both<SideConfiguration> {
  readonly name: string;
  /** Roles are granted by group; the engine does not look at it. */
  readonly group?: string;
  /** First from the top wins where several types map to one. */
  readonly types: readonly TypeMapping[];
  /** Seconds from the start of one run to the start of the next, at least. */
  readonly interval: number;
  /** Items created or updated from here on sync; default: the moment of enabling. */
  readonly startFrom?: Instant;
  /** Seconds before enabling: after a pause, “recently modified” syncs what changed within them; default a day. */
  readonly lookBack?: number;
  readonly deletion?: Partial<Both<DeletionPolicy>>;
  readonly brakes?: Brakes;
  /** A module with hooks: `beforeRun`, `beforeWrite`, `beforeComment`. */
  readonly script?: string;
}

export type { FieldValue };
