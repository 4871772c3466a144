import type { Side } from '../configuration/integration.ts';

/** Who is who on the other side, looked up before planning, so that planning stays pure. */
export interface People {
  /** The other side's id of a person; undefined when nobody there fits. */
  counterpart(from: Side, id: string): string | undefined;
  /** A name to show. */
  name(side: Side, id: string): string;
}

export const nobody: People = { counterpart: () => undefined, name: (_side, id) => id };
