import { z } from '@hono/zod-openapi';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds, or a text such as `30s`, `5m`, `1h`. */
export const Interval = z
  .union([z.number(), z.string()])
  .transform((given, context) => {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smhd]?)$/.exec(String(given).trim()) ?? [];
    if (amount === undefined) {
      context.addIssue({
        code: 'custom',
        message: `“${given}” is no interval; write seconds, or 30s, 5m, 1h`,
      });
      return z.NEVER;
    }
    return Number(amount) * (UNITS[unit === undefined || unit === '' ? 's' : unit] ?? 1);
  })
  .openapi({
    type: 'string',
    example: '5m',
    description: 'From the start of one run to the start of the next, at least',
  });
