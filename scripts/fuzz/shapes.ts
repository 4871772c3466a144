import type { Chance } from '../../e2e/prove-real/chance.ts';

/** A part of a JSON Schema, as far as the document uses it. */
export interface Shape {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly allOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly format?: string;
  readonly writeOnly?: boolean;
  readonly secret?: boolean;
}

/** What draws values for strings and secrets. */
export interface Words {
  word(): string;
  secret(): string;
}

const SECRET = /password|secret|token|api.?key|credential/i;
const DEEPEST = 6;

/** A value that fits a shape, or nearly: patterns and lengths are left to chance. */
export function sample(
  shape: Shape,
  all: Readonly<Record<string, Shape>>,
  chance: Chance,
  words: Words,
  name = '',
  depth = 0,
): unknown {
  const again = (one: Shape, under = name): unknown => sample(one, all, chance, words, under, depth + 1);
  if (shape.$ref !== undefined) return again(all[shape.$ref.split('/').at(-1) ?? ''] ?? {});
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return chance.pick(shape.enum);
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices !== undefined && choices.length > 0) return again(chance.pick(choices));
  if (shape.allOf !== undefined) return Object.assign({}, ...shape.allOf.map((one) => again(one)));
  const type = typeof shape.type === 'object' ? chance.pick(shape.type) : shape.type;
  switch (type) {
    case 'object':
      return object(shape, chance, again, words, depth);
    case 'array': {
      const length = depth > DEEPEST ? 0 : Math.max(shape.minItems ?? 0, chance.below(3));
      return Array.from({ length }, () => again(shape.items ?? {}));
    }
    case 'integer':
    case 'number':
      return (
        (shape.minimum ?? 0) + chance.below(Math.min(50, (shape.maximum ?? 50) - (shape.minimum ?? 0) + 1))
      );
    case 'boolean':
      return chance.happens(0.5);
    case 'null':
      return null;
    case 'string':
      return shape.secret === true ||
        shape.writeOnly === true ||
        shape.format === 'password' ||
        SECRET.test(name)
        ? words.secret()
        : words.word();
    default:
      return words.word();
  }
}

function object(
  shape: Shape,
  chance: Chance,
  again: (one: Shape, under: string) => unknown,
  words: Words,
  depth: number,
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(shape.properties ?? {})) {
    const isNeeded = shape.required?.includes(key) === true;
    if (isNeeded || (depth <= DEEPEST && chance.happens(0.6))) value[key] = again(one, key);
  }
  if (typeof shape.additionalProperties === 'object' && depth <= DEEPEST)
    for (let more = chance.below(3); more > 0; more -= 1) {
      const key = words.word();
      value[key] = again(shape.additionalProperties, key);
    }
  return value;
}
