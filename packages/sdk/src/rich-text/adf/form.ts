import { createForm } from '../create-form.ts';
import type { RichTextForm } from '../form.ts';
import { parseAdf } from './parse.ts';
import { printAdf } from './print.ts';

/** Atlassian Document Format, as the text of its JSON: Jira Cloud. Nothing in there is executed but its own nodes. */
export const adfForm: RichTextForm = createForm({
  id: 'adf',
  // Reading JSON takes as long as the text is; the tree is measured afterwards.
  isTooMuch: () => false,
  parse: parseAdf,
  print: (tree) => JSON.stringify(printAdf(tree)),
  becomes: {
    'tasks beside other items': 'items that begin with [ ] or [x]',
    'quote in a list': 'its paragraphs',
    'heading, table or rule in a list': 'bold text; its rows as text; ---',
    'quote in a quote': 'its paragraphs, in the outer quote',
    'heading, table or rule in a quote': 'bold text; its rows as text; ---',
    'alignment of a table': 'nothing',
    'image in a line': 'a link to it',
    footnote: 'a paragraph where it was defined',
    'raw HTML': 'its characters',
  },
});
