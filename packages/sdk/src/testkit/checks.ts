import type { Check } from './check.ts';
import { attachmentChecks } from './attachments.ts';
import { commentChecks } from './comments.ts';
import { connectionChecks } from './connection.ts';
import { feedChecks } from './feed.ts';
import { itemChecks } from './items.ts';
import { linkChecks } from './links.ts';
import { textChecks } from './texts.ts';
import { userChecks } from './users.ts';
import { versionChecks } from './versions.ts';

const groups = {
  ...connectionChecks,
  ...itemChecks,
  ...versionChecks,
  ...feedChecks,
  ...textChecks,
  ...commentChecks,
  ...attachmentChecks,
  ...linkChecks,
  ...userChecks,
} as const;

/** Every check by its name; gaps are declared by these. */
export type CheckName = keyof typeof groups;

export const checks: Readonly<Record<CheckName, Check>> = groups;
