/** What a text that was too long ends with. */
export const CUT = '… (cut)';

/** At most so many characters, the marker included; undefined when there is no room for it. */
export function cutText(text: string, most: number): string | undefined {
  const room = most - CUT.length;
  if (room < 1) return undefined;
  return `${[...text].slice(0, room).join('').trimEnd()}${CUT}`;
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
