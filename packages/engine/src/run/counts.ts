import type { SideCounts } from '../ports/records.ts';

/** Running totals of one side; see `SideCounts` for their meaning. Requests and waits are counted by the tracker. */
export type Counts = { -readonly [K in Exclude<keyof SideCounts, 'requests' | 'waited'>]: number };

export function noCounts(): Counts {
  return {
    examined: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    conflicted: 0,
    parked: 0,
    comments: 0,
    attachments: 0,
  };
}
