import type { Check } from './check.ts';

export const userChecks = {} satisfies Record<string, Check>;
