/** PostgreSQL's text cannot hold NUL; trackers' texts sometimes do. */
export function clean(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}

export function orNull(text: string | undefined): string | null {
  return text === undefined ? null : clean(text);
}

/** For a `json` column or an array of them. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? null);
}
