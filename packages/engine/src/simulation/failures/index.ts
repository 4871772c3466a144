import type { NamedFailure } from './failure.ts';
import { lostAnswers } from './lost-answers.ts';

export const FAILURES: readonly NamedFailure[] = [...lostAnswers];
