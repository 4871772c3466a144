import { changesFeed } from './changes-feed.ts';
import { comments } from './comments.ts';
import { concurrency } from './concurrency.ts';
import { creation } from './creation.ts';
import { deletion } from './deletion.ts';
import type { NamedFailure } from './failure.ts';
import { filters } from './filters.ts';
import { limits } from './limits.ts';
import { privacy } from './privacy.ts';
import { recovery } from './recovery.ts';
import { references } from './references.ts';
import { time } from './time.ts';
import { values } from './values.ts';

/** By subject, as the document lists them. */
export const SUBJECTS: readonly { readonly title: string; readonly failures: readonly NamedFailure[] }[] = [
  { title: 'Creating', failures: creation },
  { title: 'Comments and files', failures: comments },
  { title: 'References to the counterpart', failures: references },
  { title: 'Who may see it', failures: privacy },
  { title: 'Reading what changed', failures: changesFeed },
  { title: 'Clocks', failures: time },
  { title: 'Values', failures: values },
  { title: 'Filters and directions', failures: filters },
  { title: 'Gone, or out of sight', failures: deletion },
  { title: 'Recovery', failures: recovery },
  { title: 'At the same time', failures: concurrency },
  { title: 'Limits and claims', failures: limits },
];

export const FAILURES: readonly NamedFailure[] = SUBJECTS.flatMap(({ failures }) => failures);
