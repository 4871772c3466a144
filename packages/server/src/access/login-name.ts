/** Characters of a login's normal form. */
const LONGEST = 128;

/**
 * The form under which a login is kept and looked up: NFKC, without case. Two logins are the same person exactly
 * if their forms are equal; letters that only look alike stay different. Undefined: no login can be this.
 */
export function normalLogin(given: string): string | undefined {
  // Normalising can lengthen a text many times over.
  if (given.length > 4 * LONGEST) return undefined;
  // Upper case first, so that “ß” meets “SS” and every sigma meets the others.
  const folded = given.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  if (folded === '' || folded.length > LONGEST) return undefined;
  return /[\p{C}\p{Z}]/u.test(folded) ? undefined : folded;
}
