/**
 * Redmine makes links of `#12`, `r3`, `version:1.0` and `@login`, pages of `[[Page]]`, runs `{{macro}}`, and tells
 * people that they were mentioned. A `!` in front stops all but the mention; that needs the `@` to be written as a
 * character reference. `print` puts both in and `parse` takes them out again.
 */
const WORDS = 'attachment|document|version|forum|news|message|project|commit|source|export|user';
export const EXECUTED = `(?:[a-z0-9_-]+:)?(?:${WORDS})?(?:##?(?=\\d|note)|r(?=\\d)|@(?=\\w))|(?:${WORDS}):(?=[^\\s<>])|\\[\\[|\\{\\{(?=\\w)`;
const ESCAPE = new RegExp(`(^|[\\s(,\\-[>])(!*)(${EXECUTED})`, 'gm');
const UNESCAPE = new RegExp(`(^|[\\s(,\\-[>])!(!*)(${EXECUTED})`, 'gm');

export function escapeText(text: string): string {
  return text.replaceAll(ESCAPE, '$1!$2$3');
}

export function unescapeText(text: string): string {
  return text.replaceAll(UNESCAPE, '$1$2$3');
}
