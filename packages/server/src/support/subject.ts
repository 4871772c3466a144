import type { RunEntry } from '../store/runs.ts';

/** What is in a support package besides the frame: a run, or an item. */
export type Subject =
  | { readonly run: RunEntry }
  | { readonly item: { readonly key: string; readonly left?: string; readonly right?: string } };
