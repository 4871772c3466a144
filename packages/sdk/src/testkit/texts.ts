import { expect } from 'vitest';
import type { Bench } from './bench.ts';
import type { Check } from './check.ts';

/** Texts survive by meaning: what is read back says what was written. */
export const textChecks = {
  'text-unicode-survives': {
    promises: 'letters of every script, emoji and signs that markup uses survive in titles and texts',
    async run(bench) {
      const title = 'Größe “x” — 日本語 العربية 👩🏽‍🚀 & <b> \\ 100 % \' " #1';
      const item = await bench.create({ [bench.samples.title]: title });
      expect(item.fields[bench.samples.title]).toBe(title);
      expect((await bench.get(item.id)).fields[bench.samples.title]).toBe(title);
      await survives(bench, 'Größe “x” — 日本語 العربية 👩🏽‍🚀\n\ne\u0301 and \u{1F600}');
    },
  },
  'text-markup-survives': {
    promises: 'what the connector’s own rich-text form prints is stored as it means',
    async run(bench) {
      const { richText } = bench.connector;
      const tree = richText.parse('plain words\n\nand a second paragraph');
      await survives(bench, richText.print(tree));
    },
  },
  'text-line-ends-survive': {
    promises: 'CRLF and LF are stored as lines, in whichever form',
    async run(bench) {
      await survives(bench, 'one\r\ntwo\r\n\r\nthree');
      await survives(bench, 'one\ntwo\n\nthree');
    },
  },
  'text-long-survives': {
    promises: 'a long text is stored whole, or refused; it is never cut short',
    async run(bench) {
      const line = 'All work and no play makes a long description, with ümlauts too.\n\n';
      await survives(
        bench,
        line.repeat(Math.ceil((bench.samples.longText ?? 20_000) / line.length)).trimEnd(),
      );
    },
  },
  'text-empty-survives': {
    promises: 'an empty text is stored as empty',
    async run(bench) {
      await survives(bench, '');
    },
  },
} satisfies Record<string, Check>;

async function survives(bench: Bench, text: string): Promise<void> {
  const field = bench.samples.richText;
  const item = await bench.create({ [field]: text });
  await bench.holds(item, { [field]: text });
  await bench.holds(await bench.get(item.id), { [field]: text });
}
