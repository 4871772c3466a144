import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONSTRUCTS, constructsOf } from '../../rich-text/constructs.ts';
import type { Construct } from '../../rich-text/constructs.ts';
import type { RichText, RichTextForm } from '../../rich-text/form.ts';
import { lossesOf } from '../../rich-text/losses.ts';
import { canonicalMarkdown, markdownForm } from '../../rich-text/markdown.ts';
import { clean } from '../../rich-text/limits.ts';
import { normalise } from '../../rich-text/normalise.ts';
import { anyTree, hostileText } from './arbitrary.ts';
import { COMMONMARK } from './commonmark.ts';
import { LARGE } from './large.ts';

export interface FormCheck {
  /** Of each property; `npm run bench -- richtext` tries many more. */
  readonly cases?: number;
  readonly seed?: number;
  /** Of the examples of CommonMark, one in so many; default 12. */
  readonly everyExample?: number;
  /** Called with everything that the form prints. */
  readonly printed?: (text: string) => void;
}

/** A text through a form and back: what it means afterwards. */
function through(form: RichTextForm, tree: RichText, check: FormCheck): string {
  const text = form.print(tree);
  expect(text.isWellFormed()).toBe(true);
  expect(text).not.toContain('\0');
  check.printed?.(text);
  return canonicalMarkdown(form.parse(text));
}

/** One round may lose what the form cannot hold; a second one changes nothing any more. */
export function expectStable(form: RichTextForm, any: RichText, check: FormCheck = {}): void {
  const tree = normalise(structuredClone(any), true);
  const once = through(form, tree, check);
  const next = markdownForm.parse(once);
  const again = form.print(next);
  if (again !== form.print(tree)) expect(through(form, next, check)).toBe(once);
}

/** Holds a dialect to what every rich-text form promises. */
export function describeForm(form: RichTextForm, check: FormCheck = {}): void {
  // The same cases each time: a run that is asked for more takes a seed of its own.
  const parameters = { numRuns: check.cases ?? 40, seed: check.seed ?? 1 };

  describe(`rich text as ${form.id}`, () => {
    it.each(Object.entries(CONSTRUCTS) as [Construct, string][])(
      'keeps, or tells to have lost: %s',
      (construct, sample) => {
        const tree = markdownForm.parse(sample);
        expect([...constructsOf(tree)]).toContain(construct);
        const back = through(form, tree, check);
        const lost = [...constructsOf(tree)].filter((one) => form.becomes?.[one] !== undefined);
        if (lost.length === 0) expect(back).toBe(canonicalMarkdown(tree));
        else expect(back).not.toBe(canonicalMarkdown(tree));
        const told = lossesOf(markdownForm, form, sample);
        for (const one of lost) expect(told).toContain(`${one} (${form.becomes?.[one]})`);
      },
    );

    it('is stable after one round over the examples of CommonMark', () => {
      for (const { number, markdown } of COMMONMARK)
        if (number % (check.everyExample ?? 12) === 0)
          expectStable(form, markdownForm.parse(markdown), check);
    });

    it('is stable after one round over any tree', () => {
      fc.assert(
        fc.property(anyTree, (tree) => expectStable(form, tree, check)),
        parameters,
      );
    });

    it('is stable after one round over any characters, read as the form itself and as text', () => {
      fc.assert(
        fc.property(hostileText, (text) => {
          expectStable(form, form.parse(text), check);
          const paragraph: RichText = {
            type: 'root',
            children: [
              {
                type: 'paragraph',
                children: [{ type: 'text', value: clean(text) }],
              },
            ],
          };
          expectStable(form, paragraph, check);
        }),
        parameters,
      );
    });

    it.each(LARGE)('takes %s within the limits', (_name, make) => {
      const printed = form.print(form.parse(make()));
      expect(printed.isWellFormed()).toBe(true);
      check.printed?.(printed);
    });
  });
}
