/** PostgreSQL's text cannot hold NUL, nor its jsonb half a surrogate pair; trackers' texts sometimes do. */
export function clean(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text).toWellFormed();
}

export function orNull(text: string | undefined): string | null {
  return text === undefined ? null : clean(text);
}

/** For a `json` column or an array of them. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? null);
}

/** As texts are compared where case and width of letters do not matter. */
export function folded(text: string): string {
  return clean(text).normalize('NFKC').toLocaleLowerCase('en');
}
