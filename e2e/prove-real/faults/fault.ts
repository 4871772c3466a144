/** What goes wrong between the product and a tracker. */
export const FAULT_KINDS = [
  /** The connection breaks before the tracker has heard of it. */
  'reset before',
  /** The tracker has done its work, and nobody hears of it. */
  'answer lost',
  /** The answer ends in the middle of its body. */
  'body cut short',
  /** A proxy's page of HTML stands in for the answer, though the tracker has done its work. */
  'web page after',
  'delay',
  'rate limit',
  'rate limit without a time',
  'unavailable',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Those of which the tracker hears nothing. */
export const UNHEARD: readonly FaultKind[] = [
  'reset before',
  'rate limit',
  'rate limit without a time',
  'unavailable',
];
