import { isDeepStrictEqual } from 'node:util';

/** One place that changed. A secret tells only that it did. Absent `before`: it was not there; absent `after`: it is gone. */
export type Difference =
  | { readonly path: readonly (string | number)[]; readonly before?: unknown; readonly after?: unknown }
  | { readonly path: readonly (string | number)[]; readonly secret: true };

type Path = readonly (string | number)[];

/** Places told of one change, and characters of one value in it. */
const MOST = 200;
const LONGEST = 2_000;

/** Whatever bears such a name is taken for a secret, known as one or not. */
const SECRET =
  /pass(word|phrase)|secret|token|api[-_]?key|private[-_]?key|credential|authorization|cookie|signature/i;

/** What differs between two values, down to the single texts and numbers, in the order of their keys. */
export function differences(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = [];
  compare(before, after, [], found);
  return found;
}

function compare(before: unknown, after: unknown, path: Path, found: Difference[]): void {
  if (found.length >= MOST || isDeepStrictEqual(before, after)) return;
  const key = path.at(-1);
  if (typeof key === 'string' && SECRET.test(key)) {
    found.push({ path, secret: true });
    return;
  }
  if (before !== undefined && after !== undefined && kindOf(before) !== kindOf(after)) {
    compare(before, undefined, path, found);
    compare(undefined, after, path, found);
    return;
  }
  const keys = keysOf(before, after);
  if (keys.length > 0) {
    for (const step of keys) compare(at(before, step), at(after, step), [...path, step], found);
    return;
  }
  found.push({
    path,
    ...(before === undefined ? {} : { before: shortened(before) }),
    ...(after === undefined ? {} : { after: shortened(after) }),
  });
}

function kindOf(value: unknown): 'list' | 'record' | 'single' {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' && value !== null ? 'record' : 'single';
}

/** Where to look further, in two values of one kind; none where they are to be told as they are. */
function keysOf(...values: readonly unknown[]): readonly (string | number)[] {
  const keys = values.flatMap((value): (string | number)[] => {
    if (Array.isArray(value)) return value.map((_, index) => index);
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  });
  return [...new Set(keys)];
}

function at(value: unknown, step: string | number): unknown {
  return (value as Record<string | number, unknown> | undefined)?.[step];
}

function shortened(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}
