import type { Check } from './check.ts';

export const commentChecks = {} satisfies Record<string, Check>;
