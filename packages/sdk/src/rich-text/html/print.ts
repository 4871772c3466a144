import type { Element, ElementContent } from 'hast';
import { sanitize } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import { toHast } from 'mdast-util-to-hast';
import type { Handler } from 'mdast-util-to-hast';
import type { Html, Image, Link, Nodes } from 'mdast';
import type { RichText } from '../form.ts';
import type { Mark, Mention } from '../nodes.ts';
import { TEXT_ONLY } from './schema.ts';

/** HTML of the tree's own elements and of no others; raw HTML in it is shown as its characters. */
export function printHtml(tree: RichText): string {
  const whole = toHast(tree, { handlers: HANDLERS, clobberPrefix: '' });
  return toHtml(sanitize(whole, TEXT_ONLY), { characterReferences: { useNamedReferences: true } });
}

function element(tagName: string, children: ElementContent[], properties = {}): Element {
  return { type: 'element', tagName, properties, children };
}

const mark =
  (tag: string): Handler =>
  (state, node: Mark) =>
    element(tag, state.all(node as never));

const PHRASING = new Set([
  'paragraph',
  'heading',
  'emphasis',
  'strong',
  'delete',
  'link',
  'tableCell',
  'subscript',
  'superscript',
  'underline',
]);

function titled(title: string | null | undefined): { readonly title?: string } {
  return (title ?? '') === '' ? {} : { title: title ?? '' };
}

const HANDLERS: Record<string, Handler> = {
  // Addresses stay as they are: what encodes them changes them with every round.
  link: (state, node: Link) => element('a', state.all(node), { href: node.url, ...titled(node.title) }),
  image: (_state, node: Image) =>
    element('img', [], { src: node.url, alt: node.alt ?? '', ...titled(node.title) }),
  subscript: mark('sub'),
  superscript: mark('sup'),
  underline: mark('u'),
  mention: (_state, node: Mention) =>
    element('a', [{ type: 'text', value: `@${node.value}` }], { dataMention: node.user }),
  html: (_state, node: Html, parent: Nodes | undefined) => {
    const text = { type: 'text' as const, value: node.value };
    return parent !== undefined && PHRASING.has(parent.type) ? text : element('p', [text]);
  },
  footnoteReference: (_state, node: { readonly identifier: string }) => ({
    type: 'text',
    value: `[^${node.identifier}]`,
  }),
};
