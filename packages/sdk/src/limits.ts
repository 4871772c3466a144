/** What a tracker can and cannot promise. The conformance kit holds a connector to it. */
export interface Limits {
  /**
   * `compare-and-set`: `update` refuses a stale version with `conflict`.
   * `exact`: every change gives another version. With both, no version comes again after a restore from a backup:
   * where the tracker only counts, join the time of the change to the count.
   * `timestamp`: two changes within `timestampStep` can share a version.
   */
  readonly versioning: 'compare-and-set' | 'exact' | 'timestamp';
  /** `reported`: the feed tells deletions; `on-read`: only reading the item tells. */
  readonly deletes: 'reported' | 'on-read';
  /** `searchable`: `items.find(marker)` works; `none`: an unanswered create is found by its fingerprint. */
  readonly marker: 'searchable' | 'none';
  /** Milliseconds: the grain of `updatedAt` and of the feed's position. */
  readonly timestampStep: number;
  /** Milliseconds after which a write is sure to be in feeds and searches. */
  readonly indexLag: number;
  /** Milliseconds after which an unanswered write either took effect or never will. */
  readonly answerHorizon: number;
  /** Milliseconds: the least interval between run starts this tracker tolerates. */
  readonly intervalFloor?: number;
}
