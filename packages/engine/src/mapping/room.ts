import type { FieldDefinition } from '@lockstep/sdk';

/** How much text a field takes. */
export interface Room {
  readonly most: number;
  readonly unit: 'characters' | 'bytes';
  lengthOf(text: string): number;
}

const encoder = new TextEncoder();

/** Undefined: as much as one likes. */
export function roomOf({ maxLength, maxBytes }: FieldDefinition): Room | undefined {
  if (maxBytes !== undefined)
    return { most: maxBytes, unit: 'bytes', lengthOf: (text) => encoder.encode(text).length };
  if (maxLength === undefined) return undefined;
  const lengthOf = (text: string): number => (text.length < 50_000 ? [...text].length : text.length);
  return { most: maxLength, unit: 'characters', lengthOf };
}
