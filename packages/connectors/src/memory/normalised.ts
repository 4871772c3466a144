import type { Quirks } from './quirks.ts';

/** Text as the tracker stores it. */
export function normalised(text: string, how: Quirks['normalise']): string {
  switch (how) {
    case 'crlf':
      return text.replaceAll(/\r?\n/g, '\r\n');
    case 'trim':
      return text.trim();
    case 'upper':
      return text.toUpperCase();
    // The same in other markup.
    case 'markup':
      return text.replaceAll(/\*\*([^*\n]+)\*\*/g, '__$1__').replaceAll(/^- /gm, '* ');
    case 'plain':
      return text.replaceAll(/\*\*|__/g, '');
    default:
      return text;
  }
}
