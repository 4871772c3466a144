import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { readContract } from '../../testkit/rich-text/contract.ts';
import { describeForm } from '../../testkit/rich-text/describe-form.ts';
import { canonicalMarkdown } from '../markdown.ts';
import { adfForm } from './form.ts';

const { $schema: _draft4, ...schema } = readContract('adf.json');
const isValid = new Ajv({ strict: false }).compile(schema);

describeForm(adfForm, {
  printed(text) {
    if (!isValid(JSON.parse(text))) expect(isValid.errors, text).toEqual([]);
  },
});

const doc = (...content: readonly object[]): string => JSON.stringify({ type: 'doc', version: 1, content });
const paragraph = (...content: readonly object[]): object => ({ type: 'paragraph', content });
const read = (text: string): string => canonicalMarkdown(adfForm.parse(text));

describe('Atlassian Document Format', () => {
  it('reads what its editor writes', () => {
    const marks = [{ type: 'strong' }, { type: 'em' }];
    expect(
      read(
        doc(
          paragraph(
            { type: 'text', text: 'a ' },
            { type: 'text', text: 'b', marks },
            { type: 'text', text: ' c', marks: [marks[0]] },
          ),
        ),
      ),
    ).toBe('a **_b_ c**');
    expect(read(doc(paragraph({ type: 'mention', attrs: { id: '5:x', text: '@Ann' } })))).toBe(
      '[@Ann](mention:5%3Ax)',
    );
    expect(read(doc(paragraph({ type: 'emoji', attrs: { shortName: ':smile:', text: '😄' } })))).toBe('😄');
    expect(read(doc(paragraph({ type: 'inlineCard', attrs: { url: 'https://a.example/b' } })))).toBe(
      '<https://a.example/b>',
    );
  });

  it('keeps files where they are', () => {
    const media = { type: 'media', attrs: { type: 'file', id: 'a-1', collection: 'c d', alt: 'b.png' } };
    const text = doc({ type: 'mediaSingle', attrs: { layout: 'center' }, content: [media] });
    expect(JSON.parse(adfForm.print(adfForm.parse(text)))).toEqual(JSON.parse(text));
  });

  it('tells what it cannot hold, and keeps its text', () => {
    const panel = {
      type: 'panel',
      attrs: { panelType: 'info' },
      content: [paragraph({ type: 'text', text: 'a' })],
    };
    expect(read(doc(panel))).toBe('> a');
    expect(adfForm.parse(doc(panel)).data?.lost).toEqual(['panel (a quote)']);
    const colour = { type: 'text', text: 'a', marks: [{ type: 'textColor', attrs: { color: '#f00' } }] };
    expect(adfForm.parse(doc(paragraph(colour))).data?.lost).toEqual(['textColor (nothing)']);
    expect(read(doc({ type: 'unheardOf', content: [paragraph({ type: 'text', text: 'a' })] }))).toBe('a');
  });

  it('takes whatever is no document', () => {
    for (const text of [
      '',
      'a',
      '1',
      'null',
      '[]',
      '{}',
      '{"content":1}',
      '{"content":[null,{"type":"text"},{"type":1}]}',
    ])
      expect(() => read(text)).not.toThrow();
    expect(read('a *b*')).toBe('a \\*b\\*');
  });
});
