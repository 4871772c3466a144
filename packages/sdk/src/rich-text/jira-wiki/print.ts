import type { List, ListItem, Nodes, PhrasingContent, Table } from 'mdast';
import type { RichText } from '../form.ts';
import { reference } from '../references.ts';

/** Wiki markup of the tree's own marks and of no others: whatever else looks like it is escaped. */
export function printWiki(tree: RichText): string {
  return blocksOf(tree.children, false);
}

function blocksOf(nodes: readonly Nodes[], isQuote: boolean): string {
  return nodes
    .map((node) => block(node, isQuote))
    .filter((text) => text !== '')
    .join('\n\n');
}

function block(node: Nodes, isQuote: boolean): string {
  switch (node.type) {
    case 'paragraph':
      return inline(node.children);
    case 'heading':
      return `h${node.depth}. ${inline(node.children).replaceAll('\n', ' ')}`;
    case 'thematicBreak':
      return '----';
    case 'code':
      return code(node.value, node.lang ?? '');
    case 'blockquote': {
      const inner = blocksOf(node.children, true);
      return isQuote || inner === '' ? inner : `{quote}\n${inner}\n{quote}`;
    }
    case 'list':
      return list(node, '', isQuote);
    case 'table':
      return table(node);
    case 'html':
      return escape(node.value);
    case 'footnoteDefinition':
      return `${escape(`[^${node.identifier}]:`)} ${blocksOf(node.children, isQuote)}`;
    default:
      return inline([node as PhrasingContent]);
  }
}

/** Nothing but its own end has a meaning in there. */
function code(value: string, language: string): string {
  const macro = language === '' ? 'noformat' : 'code';
  const options = /^[\w+#.-]+$/.test(language) ? `:${language}` : '';
  const name = options === '' ? 'noformat' : macro;
  return `{${name}${options}}\n${value.replaceAll(/\{(?=(?:code|noformat)\})/g, '{\u2060')}\n{${name}}`;
}

/** Blocks that an item cannot hold come after the list. */
function list(node: List, above: string, isQuote: boolean): string {
  const marks = `${above}${node.ordered === true ? '#' : '*'}`;
  const lines: string[] = [];
  const behind: string[] = [];
  for (const item of node.children) listItem(item, marks, lines, behind, isQuote);
  return [lines.join('\n'), ...behind].filter((text) => text !== '').join('\n\n');
}

function listItem(item: ListItem, marks: string, lines: string[], behind: string[], isQuote: boolean): void {
  const box = item.checked === true ? '\\[x] ' : item.checked === false ? '\\[ ] ' : '';
  const texts: string[] = [];
  const below: List[] = [];
  for (const child of item.children) {
    if (child.type === 'paragraph') texts.push(inline(child.children));
    else if (child.type === 'list') below.push(child);
    else behind.push(block(child, isQuote));
  }
  const own = texts.filter((text) => text !== '').join('\n');
  // An item without a word has no place of its own.
  if (own !== '' || box !== '') lines.push(`${marks} ${box}${own}`.trimEnd());
  for (const one of below) {
    const stem = own === '' && box === '' ? marks.slice(0, -1) : marks;
    const inner = `${stem}${one.ordered === true ? '#' : '*'}`;
    for (const child of one.children) listItem(child, inner, lines, behind, isQuote);
  }
}

function table(node: Table): string {
  return node.children
    .map((row, index) => {
      const bar = index === 0 ? '||' : '|';
      const cells = row.children.map((cell) => inline(cell.children).replaceAll('\n', ' '));
      return `${bar}${cells.map((cell) => (cell === '' ? ' ' : cell)).join(bar)}${bar}`;
    })
    .join('\n');
}

const SIGNS: Readonly<Record<string, string>> = {
  strong: '*',
  emphasis: '_',
  delete: '-',
  underline: '+',
  superscript: '^',
  subscript: '~',
};

/** Beside letters, and around other marks, a mark has braces around it. */
function inline(nodes: readonly PhrasingContent[]): string {
  return nodes
    .map((node, index) => {
      const sign = SIGNS[node.type];
      const left = nodes[index - 1];
      // Behind a letter it would be an exclamation mark.
      if (
        node.type === 'image' &&
        left !== undefined &&
        !(left.type === 'text' && /[^\p{L}\p{N}]$/u.test(left.value))
      )
        return ` ${phrase(node)}`;
      if (sign === undefined || !('children' in node)) return phrase(node);
      const inner = inline(node.children as PhrasingContent[]);
      const before = nodes[index - 1];
      const after = nodes[index + 1];
      const isFree =
        (before === undefined ||
          before.type === 'break' ||
          (before.type === 'text' && /[\s(]$/.test(before.value))) &&
        (after === undefined ||
          after.type === 'break' ||
          (after.type === 'text' && /^[\s,.;:!?)]/.test(after.value)));
      if (inner === '') return '';
      return isFree && !inner.includes(sign) && !inner.startsWith('\\') && !inner.endsWith('\\')
        ? `${sign}${inner}${sign}`
        : `{${sign}}${inner}{${sign}}`;
    })
    .join('');
}

function phrase(node: PhrasingContent): string {
  switch (node.type) {
    case 'text':
      return escape(node.value.replaceAll('\n', ' '));
    case 'break':
      return '\n';
    case 'inlineCode':
      return `{{${node.value.replaceAll(/[\\{}*_+^~\-!|[\]&<>?@#]/g, reference)}}}`;
    case 'mention':
      return /^[^\]\n|]{1,200}$/.test(node.user) ? `[~${node.user}]` : escape(`@${node.value}`);
    case 'image': {
      const url = node.url.replaceAll(/[!|\s]/g, reference);
      const alt = (node.alt ?? '').replaceAll(/[!|,\n&]/g, reference);
      return url === '' ? escape(node.alt ?? '') : `!${url}${alt === '' ? '' : `|alt=${alt}`}!`;
    }
    case 'link': {
      const url = node.url.replaceAll(/[\]|\s\\]/g, reference);
      const inner = inline(node.children).replaceAll('\n', ' ');
      if (!/^(?:[a-z][a-z0-9+.-]{1,20}:|#|\/)/.test(url)) return inner;
      const [only] = node.children;
      const isBare = node.children.length === 1 && only?.type === 'text' && only.value === node.url;
      return isBare ? `[${url}]` : `[${inner}|${url}]`;
    }
    case 'html':
      return escape(node.value);
    case 'footnoteReference':
      return escape(`[^${node.identifier}]`);
    default:
      return 'children' in node ? inline(node.children as PhrasingContent[]) : '';
  }
}

/**
 * Escaped: signs of macros, links, mentions, images, tables and marks wherever they mean something; signs of blocks at
 * the beginning; smileys. A dash or an underscore between letters means nothing.
 */
const RISKY = new RegExp(
  [
    '[&\\\\{}[\\]|!*+^~]',
    '(?<![\\p{L}\\p{N}])[-_]|[-_](?![\\p{L}\\p{N}])',
    '\\?(?=\\?)|(?<=\\?)\\?',
    '(?<=^\\s*)(?:#|bq|h[1-6])(?=[\\s#.])',
    ':(?=[()]|D(?:\\s|$))|;(?=\\))|\\((?=[/x!*yni]\\))',
  ].join('|'),
  'gu',
);

function escape(text: string): string {
  return text.replaceAll(RISKY, (sign) =>
    /^[\p{L}\p{N}#&\\:;(]/u.test(sign) ? `${reference(sign)}${sign.slice(1)}` : `\\${sign}`,
  );
}
