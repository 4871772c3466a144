import { z } from 'zod';

/** Of the file; raised when an older Lockstep could not read it any more. */
export const FORMAT = 1;

export const Header = z.object({
  lockstep: z.literal('backup'),
  format: z.number().int(),
  /** Of the Lockstep that wrote it. */
  version: z.string(),
  /** Of the database's tables. */
  schema: z.object({ number: z.number().int(), name: z.string() }),
  at: z.string(),
});
export type Header = z.infer<typeof Header>;

export const TableLine = z.object({ table: z.string(), columns: z.array(z.string()) });
/** The values of a row as PostgreSQL writes them in text. */
export const Row = z.array(z.string().nullable());
export type Row = z.infer<typeof Row>;

export const LastLine = z.object({ rows: z.number().int(), sha256: z.string() });
