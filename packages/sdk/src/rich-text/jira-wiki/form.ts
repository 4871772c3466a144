import { createForm } from '../create-form.ts';
import type { RichTextForm } from '../form.ts';
import { parseBlocks } from './blocks.ts';
import { printWiki } from './print.ts';

/** The wiki markup of Jira Server and Data Center. What only looks like it is escaped with a backslash. */
export const jiraWikiForm: RichTextForm = createForm({
  id: 'jira-wiki',
  parse: (text) => parseBlocks(text),
  print: printWiki,
  becomes: {
    'first number of a list': '1',
    'task list': 'items that begin with [ ] or [x]',
    'tasks beside other items': 'items that begin with [ ] or [x]',
    'paragraphs in a list': 'lines of the item',
    'code in a list': 'a block after the list',
    'quote in a list': 'a block after the list',
    'heading, table or rule in a list': 'a block after the list',
    'quote in a quote': 'its paragraphs, in the outer quote',
    'alignment of a table': 'nothing',
    'title of a link': 'nothing',
    footnote: '[^1] in the text',
    'raw HTML': 'its characters',
  },
});
