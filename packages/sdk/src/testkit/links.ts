import type { Check } from './check.ts';

export const linkChecks = {} satisfies Record<string, Check>;
