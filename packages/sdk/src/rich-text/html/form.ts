import { createForm } from '../create-form.ts';
import type { Becomes, RichTextForm } from '../form.ts';
import { parseHtml } from './parse.ts';
import { printHtml } from './print.ts';

export interface HtmlOptions {
  readonly id?: string;
  readonly becomes?: Becomes;
}

/**
 * HTML of trackers whose text is HTML. Scripts, styles, handlers, frames, images that nobody sees and addresses that
 * run survive in neither direction.
 */
export function createHtmlForm(options: HtmlOptions = {}): RichTextForm {
  return createForm({
    id: options.id ?? 'html',
    isTooMuch: () => false,
    parse: parseHtml,
    print: printHtml,
    becomes: {
      footnote: '[^1] in the text',
      'raw HTML': 'its characters',
      ...options.becomes,
    },
  });
}
