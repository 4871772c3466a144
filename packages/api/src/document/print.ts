import { printDerived } from './derived.ts';
import { arrowOf } from './direction.ts';
import type { FieldMapping } from './field.ts';
import type { IntegrationDocument } from './integration.ts';

/** An integration as `IntegrationDocument` takes it, in its shortest form: reading it again gives the same. */
export function printIntegration(integration: IntegrationDocument): Record<string, unknown> {
  const { left, right, group, interval, types, ...rest } = integration;
  return compact({
    left,
    right,
    group,
    interval: printInterval(interval),
    ...rest,
    types: types.map(({ fields, derived, comments, attachments, ...type }) => ({
      ...type,
      fields: fields.map(printField),
      derived: derived?.map(printDerived),
      comments: comments && { ...comments, direction: arrowOf(comments.direction) },
      attachments: attachments && { ...attachments, direction: arrowOf(attachments.direction) },
    })),
  }) as Record<string, unknown>;
}

function printField(field: FieldMapping): unknown {
  const { left, right, direction, options, users, ...rest } = field;
  const arrow = arrowOf(direction ?? 'both');
  const extras = compact(rest) as object;
  const plain = Object.keys(extras).length === 0 && options === undefined && users === undefined;
  if (plain && !/\s(<->|->|<-)\s/.test(left) && !/\s(<->|->|<-)\s/.test(right))
    return `${left} ${arrow} ${right}`;
  const rows = (list: FieldMapping['options']) => list?.map((row) => [row.left, row.right]);
  return {
    left,
    right,
    direction: direction && arrow,
    options: rows(options),
    users: rows(users),
    ...extras,
  };
}

function printInterval(seconds: number): string | number {
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds > 0 && seconds % 60 === 0) return `${seconds / 60}m`;
  return seconds;
}

/** Without what is undefined, all the way down. */
function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, compact(one)]])),
  );
}
