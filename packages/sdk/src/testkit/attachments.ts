import type { Check } from './check.ts';

export const attachmentChecks = {} satisfies Record<string, Check>;
