import type { Check } from './check.ts';

export const textChecks = {} satisfies Record<string, Check>;
