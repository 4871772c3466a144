import type { Check } from './check.ts';

export const feedChecks = {} satisfies Record<string, Check>;
