import { Refusal } from '../../integrations/refusal.ts';

/** The place in a list that `before` names. */
export function keyOf(before: string): number {
  const key = Number(before);
  if (Number.isSafeInteger(key)) return key;
  throw new Refusal(
    400,
    'invalid-request',
    `“${before}” is no place in this list`,
    'Hand back `next` of the page before, unchanged.',
  );
}
