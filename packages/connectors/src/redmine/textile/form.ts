import { createForm, withoutMentions } from '@lockstep/sdk';
import type { RichTextForm } from '@lockstep/sdk';
import { parseTextile } from './blocks.ts';
import { printTextile } from './print.ts';

/** The Textile of Redmine, as its own formatter reads it. */
export const textile: RichTextForm = createForm({
  id: 'redmine-textile',
  parse: parseTextile,
  print: (tree) => printTextile(withoutMentions(tree)),
  becomes: {
    subscript: 'its letters, where it touches others',
    superscript: 'its letters, where it touches others',
    'first number of a list': '1',
    'paragraphs in a list': 'lines of the item',
    'code in a list': 'a block after the list',
    'quote in a list': 'a block after the list',
    'heading, table or rule in a list': 'a block after the list',
    'code in a quote': 'a block after the quote',
    mention: 'the name alone',
    footnote: '[^1] in the text',
    'raw HTML': 'its characters',
  },
});
