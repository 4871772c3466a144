import type { Cursor, FeedPosition, Http, Item } from '@lockstep/sdk';
import { ConnectorError } from '@lockstep/sdk';
import { z } from 'zod';
import { issueList } from './wire.ts';

/**
 * Where a list goes on. By number of rows it would skip issues whenever one changes between two pages, so it goes on
 * by time; only within one second that fills a page, by issue number.
 */
const place = z.object({
  /** Seconds since 1970. */
  second: z.number(),
  /** Set while a crowded second is read in order of number: the last one read. */
  behind: z.number().optional(),
  /** Versions, by id, of the issues of this second that were given already; the second may not be over. */
  given: z.record(z.string(), z.string()).optional(),
});
export type Place = z.output<typeof place>;

export interface Row {
  readonly id: number;
  readonly updated_on: string;
}

export const PAGE = 100;

export function placeOf(from: FeedPosition): Place {
  if ('since' in from) return { second: Math.floor(Date.parse(from.since) / 1000) };
  try {
    return place.parse(JSON.parse(from.after));
  } catch (cause) {
    throw new ConnectorError('protocol', 'the position in the feed is not one of this connector', { cause });
  }
}

export function cursorOf(at: Place): Cursor {
  return JSON.stringify(at);
}

export async function readRows(
  http: Http,
  project: number,
  at: Place,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const query = {
    project_id: project,
    subproject_id: '!*',
    status_id: '*',
    limit: PAGE,
    ...(at.behind === undefined
      ? { updated_on: `>=${timestamp(at.second)}`, sort: 'updated_on:asc,id:asc' }
      : {
          updated_on: `><${timestamp(at.second)}|${timestamp(at.second + 1)}`,
          issue_id: `>=${at.behind + 1}`,
          sort: 'id:asc',
        }),
  };
  const { data } = await http.json({ path: 'issues.json', query, signal }, issueList);
  return data.issues;
}

/** Which of the rows belong to this page, in order, and where the next one starts. Pure. */
export function cutPage(
  rows: readonly Row[],
  at: Place,
): { readonly rows: readonly Row[]; readonly next: Place; readonly last: boolean } {
  const isFull = rows.length >= PAGE;
  if (at.behind !== undefined) {
    const same = rows.filter((row) => secondOf(row) === at.second);
    const behind = rows.at(-1)?.id ?? at.behind;
    return {
      rows: same,
      next: isFull ? { second: at.second, behind } : { second: at.second + 1 },
      last: false,
    };
  }
  // Redmine goes one second further back than asked.
  const sorted = rows
    .filter((row) => secondOf(row) >= at.second)
    .toSorted((a, b) => secondOf(a) - secondOf(b) || a.id - b.id);
  const second = sorted.length === 0 ? at.second : secondOf(sorted.at(-1) as Row);
  if (!isFull) return { rows: sorted, next: { second }, last: true };
  // The last second may go on behind the page, and within a second the order is not that of the numbers.
  const whole = sorted.filter((row) => secondOf(row) < second);
  if (whole.length === 0) return { rows: [], next: { second, behind: 0 }, last: false };
  return { rows: whole, next: { second }, last: false };
}

/** The position behind a page, with what was given of the second that the next reading begins with. Pure. */
export function behindPage(next: Place, items: readonly Item[], before: Place): Place {
  const same = items.filter((item) => Math.floor(Date.parse(item.updatedAt) / 1000) === next.second);
  const given = {
    ...(before.second === next.second ? before.given : {}),
    ...Object.fromEntries(same.map((item) => [item.id, item.version])),
  };
  return Object.keys(given).length === 0 ? next : { ...next, given };
}

function secondOf(row: Row): number {
  return Math.floor(Date.parse(row.updated_on) / 1000);
}

/** The one form that Redmine reads as an instant. */
function timestamp(second: number): string {
  return `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
}
