import { createHash } from 'node:crypto';

/** A text as its length and a mark that is the same for the same text: what changed shows, what it says does not. */
export function veil(value: unknown): unknown {
  if (typeof value === 'string') {
    if (value === '') return value;
    const mark = createHash('sha256').update(value).digest('hex').slice(0, 6);
    return `‹${value.length} characters, ${mark}›`;
  }
  return Array.isArray(value) ? value.map(veil) : value;
}

/** Shorter ones would be found in every text. */
export const SHORTEST_SECRET = 6;

/** Takes every known secret out of a text, also where JSON or a URL wrote it in its own way. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    const inJson = JSON.stringify(secret).slice(1, -1);
    const forms = [
      secret,
      inJson,
      // In the body of a request, which is JSON itself.
      JSON.stringify(inJson).slice(1, -1),
      encodeURIComponent(secret),
      new URLSearchParams({ '': secret }).toString().slice(1),
      Buffer.from(secret).toString('base64'),
    ];
    for (const form of new Set(forms)) clean = clean.replaceAll(form, '‹secret›');
  }
  return clean;
}
