import { z } from 'zod';
import { fieldsOf, secretFields, unwrap } from './secret.ts';

/** One input of a form. */
export interface ConfigField {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  /** Must be filled in: it is not optional and has no default. */
  readonly required: boolean;
  /** Is never shown again once stored. */
  readonly secret: boolean;
  readonly kind: 'text' | 'url' | 'number' | 'boolean' | 'option';
  readonly default?: string | number | boolean;
  /** For `option`: the values to choose from. */
  readonly options?: readonly string[];
}

/** The form that a connection's configuration or a side's scope asks for, in the order of the schema. */
export function describeConfig(schema: z.ZodType): readonly ConfigField[] {
  const secrets = secretFields(schema);
  return Object.entries(fieldsOf(schema)).map(([name, field]) => {
    const layers = unwrap(field);
    const { title, description } = Object.assign(
      {},
      ...layers.map((layer) => layer.meta() ?? {}).toReversed(),
    );
    const preset = defaultOf(layers);
    return {
      name,
      title: typeof title === 'string' ? title : sentence(name),
      ...(typeof description === 'string' ? { description } : {}),
      required: !field.safeParse(undefined).success,
      secret: secrets.includes(name),
      ...kindOf(layers.at(-1) ?? field),
      ...(preset === undefined ? {} : { default: preset }),
    };
  });
}

function kindOf(inner: z.ZodType): Pick<ConfigField, 'kind' | 'options'> {
  if (inner instanceof z.ZodEnum) return { kind: 'option', options: inner.options.map(String) };
  if (inner instanceof z.ZodBoolean) return { kind: 'boolean' };
  if (inner instanceof z.ZodNumber) return { kind: 'number' };
  if (inner instanceof z.ZodURL || (inner instanceof z.ZodString && inner.format === 'url'))
    return { kind: 'url' };
  return { kind: 'text' };
}

function defaultOf(layers: readonly z.ZodType[]): ConfigField['default'] {
  const layer = layers.find((one) => one instanceof z.ZodDefault || one instanceof z.ZodPrefault);
  const value = layer?.def.defaultValue;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}

/** `markerField` → `Marker field`. */
function sentence(name: string): string {
  const words = name
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
