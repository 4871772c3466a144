import { Ajv } from 'ajv';
import fc from 'fast-check';
import {
  adfForm,
  CONSTRUCTS,
  createHtmlForm,
  jiraWikiForm,
  lossesOf,
  markdownForm,
  plainTextForm,
} from '@lockstep/sdk';
import type { RichText, RichTextForm } from '@lockstep/sdk';
import { commonMark } from '../packages/connectors/src/redmine/rich-text.ts';
import { textile } from '../packages/connectors/src/redmine/textile/form.ts';
import { anyTree } from '../packages/sdk/src/testkit/rich-text/arbitrary.ts';
import { COMMONMARK } from '../packages/sdk/src/testkit/rich-text/commonmark.ts';
import { readContract } from '../packages/sdk/src/testkit/rich-text/contract.ts';

const FORMS: readonly RichTextForm[] = [
  markdownForm,
  commonMark,
  textile,
  createHtmlForm(),
  jiraWikiForm,
  adfForm,
  plainTextForm,
];
/** Trees drawn from a seed, beside the written corpus. */
const DRAWN = 1_000;
const TOLD = 5;

/**
 * Takes a corpus through every form: the examples of CommonMark, a sample of each construct, and drawn trees. Counts what
 * is not stable after one round, what Jira would not take as ADF, and what each form has to leave behind.
 */
export function benchRichText(seed: number): { ok: boolean; report: Record<string, unknown> } {
  const { $schema: _draft4, ...schema } = readContract('adf.json');
  const isValid = new Ajv({ strict: false }).compile(schema);
  const written = [...COMMONMARK.map(({ markdown }) => markdown), ...Object.values(CONSTRUCTS)];
  const drawn = fc
    .sample(anyTree, { numRuns: DRAWN, seed })
    .map((tree) => markdownForm.print(tree as RichText));
  const corpus = [...written, ...drawn];
  const losses: Record<string, number> = {};
  const byForm: Record<string, { unstable: number; losses: number }> = {};
  let adfInvalid = 0;
  for (const form of FORMS) {
    const counted = { unstable: 0, losses: 0 };
    for (const text of corpus) {
      const printed = form.print(markdownForm.parse(text));
      const once = form.print(form.parse(printed));
      const twice = form.print(form.parse(once));
      if (once !== twice) {
        counted.unstable += 1;
        if (counted.unstable <= TOLD) console.error(`${form.id} is not stable: ${JSON.stringify(text)}`);
      }
      if (form === adfForm) for (const one of [printed, once]) if (!isValid(JSON.parse(one))) adfInvalid += 1;
      for (const loss of lossesOf(markdownForm, form, text)) {
        counted.losses += 1;
        losses[loss] = (losses[loss] ?? 0) + 1;
      }
    }
    byForm[form.id] = counted;
  }
  const rounds = corpus.length * FORMS.length;
  const unstable = Object.values(byForm).reduce((sum, one) => sum + one.unstable, 0);
  const stable = `${unstable === 0 ? 100 : Math.min(99.99, Number(((1 - unstable / rounds) * 100).toFixed(2)))}%`;
  const sorted = Object.fromEntries(Object.entries(losses).toSorted(([, a], [, b]) => b - a));
  const ok = unstable === 0 && adfInvalid === 0;
  return { ok, report: { corpus: corpus.length, seed, forms: byForm, stable, adfInvalid, losses: sorted } };
}
