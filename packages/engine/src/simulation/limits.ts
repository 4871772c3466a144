/**
 * What no engine can promise, each with its reason. The judge makes allowance for these and for nothing else; how often
 * each matters is measured by making none for it.
 */
export const LIMITS = {
  'written meanwhile, answer lost':
    'without compare-and-set, a person writes between our last look and our write, and the answer that would have told is lost',
  'dropped, answer lost':
    'a tracker drops a value without a word, the answer that would have shown it is lost, and a person sets the field there before we look; or a person sets it at the very moment of our write',
  'copy out of sight':
    'the answer to a creation is lost, and when we look for the copy our account may not see it',
  'come into sight':
    'an item that our account may see again shows no change, and tells of none that it missed',
  'numbers given again':
    'after a tracker returned to a backup, its numbers name other items, while we had something to write',
  'set back': 'what a return to a backup took away shows as no change, until somebody edits the item',
} as const;
export type Limit = keyof typeof LIMITS;

export const ALL_LIMITS: ReadonlySet<Limit> = new Set(Object.keys(LIMITS) as Limit[]);
