import type { z } from '@hono/zod-openapi';
import type { Fault } from '../problem.ts';

type Issue = z.core.$ZodIssue;

/** What a schema refuses, as faults with a place and a mend. Of a union, the alternative that came nearest speaks. */
export function faultsOf(
  error: { readonly issues: readonly Issue[] },
  at: readonly PropertyKey[] = [],
): Fault[] {
  return error.issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === 'invalid_union') {
      const nearest = nearestOf(issue.errors);
      if (nearest !== undefined) return faultsOf({ issues: nearest }, path);
    }
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key].map(step),
        message: `there is no setting “${key}” here`,
        remedy: 'Correct its spelling or remove it.',
        level: 'error' as const,
      }));
    }
    // What a name must be like is told by the rule that it broke.
    if (issue.code === 'invalid_key')
      return faultsOf({ issues: issue.issues.map((one) => ({ ...one, path: [] })) }, path);
    return [
      {
        path: path.map(step),
        message: messageOf(issue),
        remedy: 'Correct it as described in docs/reference/cli.md.',
        level: 'error' as const,
      },
    ];
  });
}

function nearestOf(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const wrongKind = (issues: readonly Issue[]): boolean =>
    issues.length === 1 && issues[0]?.code === 'invalid_type' && issues[0].path.length === 0;
  const candidates = alternatives.filter((issues) => issues.length > 0 && !wrongKind(issues));
  return (candidates.length > 0 ? candidates : alternatives).toSorted((a, b) => a.length - b.length)[0];
}

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && /undefined/.test(issue.message)
        ? `this is missing; ${KINDS[issue.expected] ?? issue.expected} is needed here`
        : `${KINDS[issue.expected] ?? issue.expected} is needed here`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => `“${String(value)}”`).join(', ')} is needed here`;
    default:
      return issue.message;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'a set of “name: value” lines',
  record: 'a set of “name: value” lines',
  array: 'a list',
  tuple: 'a pair [left, right]',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function step(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}
