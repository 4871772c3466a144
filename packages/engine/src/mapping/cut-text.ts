import type { Room } from './room.ts';

/** What a text that was too long ends with. */
export const CUT = '… (cut)';

/** As much as there is room for, the marker included; undefined when there is none for it. */
export function cutText(
  text: string,
  { most, lengthOf }: Pick<Room, 'most' | 'lengthOf'>,
): string | undefined {
  let left = most - lengthOf(CUT);
  if (left < 1) return undefined;
  let end = 0;
  for (const character of text) {
    left -= lengthOf(character);
    if (left < 0) break;
    end += character.length;
  }
  return `${text.slice(0, end).trimEnd()}${CUT}`;
}

export function isCut(text: string): boolean {
  return text.trimEnd().endsWith(CUT);
}

/** Is this a cut form of that longer text? */
export function isCutOf(short: string, long: string): boolean {
  return isCut(short) && long.startsWith(headOf(short));
}

/**
 * The edited cut text with the part behind the cut put back, as `whole` had it when `before` was cut from it. Undefined
 * where the marker is gone: then the text is meant as it stands.
 */
export function withTail(edited: string, before: string, whole: string): string | undefined {
  if (!isCut(edited) || !isCutOf(before, whole)) return undefined;
  return headOf(edited) + whole.slice(headOf(before).length);
}

function headOf(cut: string): string {
  return cut.trimEnd().slice(0, -CUT.length);
}
