import { readFileSync } from 'node:fs';
import path from 'node:path';
import { adfForm, CONSTRUCTS, createHtmlForm, jiraWikiForm } from '@lockstep/sdk';
import type { Construct, RichTextForm } from '@lockstep/sdk';
import { expect, it } from 'vitest';
import { commonMark } from '../../packages/connectors/src/redmine/rich-text.ts';
import { textile } from '../../packages/connectors/src/redmine/textile/form.ts';

const FORMS: readonly RichTextForm[] = [commonMark, textile, createHtmlForm(), jiraWikiForm, adfForm];
const DOCUMENT = path.resolve(import.meta.dirname, '../../docs/reference/rich-text.md');

it('what each form keeps is documented as it is', () => {
  const rows = readFileSync(DOCUMENT, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
  const expected = (Object.keys(CONSTRUCTS) as Construct[]).map((construct) => [
    construct,
    ...FORMS.map((form) => form.becomes?.[construct] ?? '✓'),
  ]);
  expect(rows.slice(2)).toEqual(expected);
});
