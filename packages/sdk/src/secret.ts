import { z } from 'zod';

/** A text of a connection's configuration that is stored encrypted and never shown again. */
export function secret(title: string): z.ZodString {
  return z.string().min(1, `${title} is empty`).meta({ title, secret: true });
}

/** The names of the secrets in an object schema, however they are wrapped. */
export function secretFields(schema: z.ZodType): readonly string[] {
  return Object.entries(fieldsOf(schema))
    .filter(([, field]) => unwrap(field).some((layer) => layer.meta()?.['secret'] === true))
    .map(([name]) => name);
}

/** The fields of an object schema; empty for any other schema. */
export function fieldsOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const object = unwrap(schema).find((layer) => layer instanceof z.ZodObject);
  return (object?.shape ?? {}) as Record<string, z.ZodType>;
}

/** A schema and what it wraps, from outside in: optional, nullable, default, readonly, pipe. */
export function unwrap(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodPipe) return [schema, ...unwrap(schema.in as z.ZodType)];
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch;
  return isWrapper ? [schema, ...unwrap(schema.unwrap() as z.ZodType)] : [schema];
}
