import { describeForm } from '../testkit/rich-text/describe-form.ts';
import { EXECUTED } from './guard.ts';
import { createMarkdownForm, markdownForm } from './markdown.ts';
import { plainTextForm } from './plain-text.ts';

describeForm(markdownForm);
describeForm(
  createMarkdownForm({
    id: 'guarded Markdown',
    executes: Object.values(EXECUTED),
    html: 'escape',
    mentions: 'login',
  }),
);
describeForm(plainTextForm);
