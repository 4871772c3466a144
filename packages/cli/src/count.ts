import { InvalidArgumentError } from 'commander';

/** How many rows of a list. */
export function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 500) return value;
  throw new InvalidArgumentError('It is a number from 1 to 500.');
}
