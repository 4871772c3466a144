import { z } from '@hono/zod-openapi';

/** Of a connection or an integration; stands in addresses and on command lines. */
export const Name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
    'a name has 1 to 40 letters, digits, dots, dashes or underscores',
  )
  .openapi({ example: 'support-to-engineering' });
