import { z } from '@hono/zod-openapi';

const ARROWS = { '<->': 'both', '->': 'to-right', '<-': 'to-left' } as const;
export type Direction = (typeof ARROWS)[keyof typeof ARROWS];

/** A direction in words or as an arrow. */
export const Direction = z
  .enum(['both', 'to-right', 'to-left', '<->', '->', '<-'])
  .transform((text): Direction =>
    text in ARROWS ? ARROWS[text as keyof typeof ARROWS] : (text as Direction),
  );

export function arrowOf(direction: Direction): keyof typeof ARROWS {
  return direction === 'both' ? '<->' : direction === 'to-right' ? '->' : '<-';
}
