import { z } from 'zod';

/** A text of a connection's configuration that is stored encrypted and never shown again. */
export function secret(title: string): z.ZodString {
  return z.string().min(1, `${title} is empty`).meta({ title, secret: true });
}

/** The names of the secrets in an object schema. */
export function secretFields(schema: z.ZodType): readonly string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>)
    .filter(([, field]) => inner(field).meta()?.['secret'] === true || field.meta()?.['secret'] === true)
    .map(([name]) => name);
}

function inner(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault)
    return inner(field.unwrap() as z.ZodType);
  return field;
}
