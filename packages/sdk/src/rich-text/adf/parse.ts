import type { BlockContent, ListItem, Nodes, PhrasingContent, RootContent, TableRow } from 'mdast';
import { asCode, TEXT_LIMITS } from '../limits.ts';
import type { RichText } from '../form.ts';
import { plainTextForm } from '../plain-text.ts';
import { parseInline } from './inline.ts';
import { attribute, kids } from './read.ts';
import type { Lost } from './read.ts';
import type { AdfNode } from './nodes.ts';
import { ATTACHMENT } from './nodes.ts';

/** Blocks of the format inside one another count twice: a list and its item. */
const MOST_DEEP = TEXT_LIMITS.depth;

/** Any JSON is taken: what is not known is its text. What is no JSON is plain text. */
export function parseAdf(source: string): RichText {
  if (source.trim() === '') return { type: 'root', children: [] };
  let document: unknown;
  try {
    document = JSON.parse(source);
  } catch {
    return plainTextForm.parse(source);
  }
  if (typeof document !== 'object' || document === null) return plainTextForm.parse(source);
  const root = document as AdfNode;
  if (depthOf(root) > MOST_DEEP)
    return asCode(lettersIn(root), 'markup of a text that is nested too deep to be read');
  const lost: Lost = new Set();
  const children = parseBlocks(root, lost) as RootContent[];
  return { type: 'root', children, ...(lost.size === 0 ? {} : { data: { lost: [...lost] } }) };
}

function depthOf(root: AdfNode): number {
  let depth = 0;
  for (let level: readonly AdfNode[] = [root]; level.length > 0; depth += 1) {
    if (depth > MOST_DEEP) break;
    level = level.flatMap(kids);
  }
  return depth;
}

function lettersIn(root: AdfNode): string {
  const lines: string[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node.text === 'string') lines.push(node.text);
    for (const child of kids(node).toReversed()) open.push(child);
  }
  return lines.join('\n');
}

function parseBlocks(parent: AdfNode, lost: Lost): BlockContent[] {
  const result: BlockContent[] = [];
  let loose: AdfNode[] = [];
  const flush = (): void => {
    const children = parseInline(loose, lost);
    loose = [];
    if (children.length > 0) result.push({ type: 'paragraph', children });
  };
  for (const node of kids(parent)) {
    const block = parseBlock(node, lost);
    if (block === undefined) loose.push(node);
    else {
      flush();
      result.push(...block);
    }
  }
  flush();
  return result;
}

/** Undefined for what stands in a line. */
function parseBlock(node: AdfNode, lost: Lost): BlockContent[] | undefined {
  switch (node.type) {
    case 'paragraph': {
      const children = parseInline(kids(node), lost);
      return children.length === 0 ? [] : [{ type: 'paragraph', children }];
    }
    case 'heading': {
      const level = Math.min(6, Math.max(1, Math.round(Number(node.attrs?.['level'])) || 1));
      return [{ type: 'heading', depth: level as 1, children: withoutBreaks(parseInline(kids(node), lost)) }];
    }
    case 'blockquote':
      return [{ type: 'blockquote', children: parseBlocks(node, lost) }];
    case 'panel':
      lost.add('panel (a quote)');
      return [{ type: 'blockquote', children: parseBlocks(node, lost) }];
    case 'expand':
    case 'nestedExpand': {
      lost.add('section to be unfolded (its title in bold, and what is in it)');
      const title = attribute(node, 'title');
      const heading: BlockContent[] =
        title === ''
          ? []
          : [
              {
                type: 'paragraph',
                children: [{ type: 'strong', children: [{ type: 'text', value: title }] }],
              },
            ];
      return [...heading, ...parseBlocks(node, lost)];
    }
    case 'bulletList':
    case 'orderedList':
    case 'taskList':
    case 'decisionList':
      return parseList(node, lost);
    case 'codeBlock': {
      const value = kids(node)
        .map((one) => one.text ?? '')
        .join('');
      const lang = attribute(node, 'language');
      return [{ type: 'code', lang: lang === '' ? null : lang, value }];
    }
    case 'rule':
      return [{ type: 'thematicBreak' }];
    case 'table':
      return parseTable(node, lost);
    case 'mediaSingle':
    case 'mediaGroup':
      return kids(node).flatMap((one) => parseMedia(one, lost));
    case 'media':
      return parseMedia(node, lost);
    case 'blockCard':
    case 'embedCard': {
      const url = attribute(node, 'url');
      if (url === '') return [];
      const children: PhrasingContent[] = [{ type: 'link', url, children: [{ type: 'text', value: url }] }];
      return [{ type: 'paragraph', children }];
    }
    case 'layoutSection':
    case 'layoutColumn':
      lost.add('columns (one below the other)');
      return parseBlocks(node, lost);
    default:
      if (node.content === undefined && !/xtension/.test(node.type)) return undefined;
      lost.add(`${node.type} (what is in it)`);
      return parseBlocks(node, lost);
  }
}

function withoutBreaks(nodes: readonly PhrasingContent[]): PhrasingContent[] {
  return nodes.map((node) => (node.type === 'break' ? { type: 'text', value: ' ' } : node));
}

function parseMedia(node: AdfNode, lost: Lost): BlockContent[] {
  if (node.type === 'caption') {
    const children = parseInline(kids(node), lost);
    return children.length === 0 ? [] : [{ type: 'paragraph', children }];
  }
  const id = attribute(node, 'id');
  const url =
    attribute(node, 'type') === 'external'
      ? attribute(node, 'url')
      : `${ATTACHMENT}${encodeURIComponent(id)}?${encodeURIComponent(attribute(node, 'collection'))}`;
  if (url === '' || url.startsWith(`${ATTACHMENT}?`)) return [];
  return [{ type: 'paragraph', children: [{ type: 'image', url, alt: attribute(node, 'alt') }] }];
}

/** Tasks below a task stand beside it in the format. */
function parseList(node: AdfNode, lost: Lost): BlockContent[] {
  if (node.type === 'decisionList') lost.add('decision (an item of a list)');
  const items: ListItem[] = [];
  for (const child of kids(node)) {
    if (child.type === 'taskList' || child.type === 'bulletList' || child.type === 'orderedList') {
      const last = items.at(-1);
      if (last === undefined)
        items.push({ type: 'listItem', spread: false, children: parseList(child, lost) });
      else last.children.push(...parseList(child, lost));
      continue;
    }
    const checked = child.type.endsWith('askItem') ? child.attrs?.['state'] === 'DONE' : null;
    const inner = parseBlocks(child, lost);
    items.push({
      type: 'listItem',
      spread: false,
      checked,
      // A task without a word has a place for one.
      children: inner.length === 0 && checked !== null ? [{ type: 'paragraph', children: [] }] : inner,
    });
  }
  if (items.length === 0) return [];
  const order = Number(node.attrs?.['order']);
  const start = Number.isSafeInteger(order) && order >= 0 && order < 1e9 ? order : 1;
  const ordered = node.type === 'orderedList';
  return [{ type: 'list', ordered, start: ordered ? start : null, spread: false, children: items }];
}

function parseTable(node: AdfNode, lost: Lost): BlockContent[] {
  const rows = kids(node).map((row): TableRow => {
    const cells = kids(row).map((cell) => {
      for (const span of ['colspan', 'rowspan'])
        if (Number(cell.attrs?.[span] ?? 1) > 1) lost.add('cells over several rows or columns (one cell)');
      return { type: 'tableCell' as const, children: lineOf(parseBlocks(cell, lost), lost) };
    });
    return { type: 'tableRow', children: cells };
  });
  return rows.length === 0 ? [] : [{ type: 'table', children: rows }];
}

/** Blocks in a cell of a table, which has one line. */
export function lineOf(blocks: readonly Nodes[], lost: Lost): PhrasingContent[] {
  return blocks.flatMap((block, index): PhrasingContent[] => {
    const gap: PhrasingContent[] = index === 0 ? [] : [{ type: 'text', value: ' ' }];
    if (block.type === 'paragraph') return [...gap, ...withoutBreaks(block.children)];
    lost.add('blocks in a cell of a table (their text)');
    if (block.type === 'code')
      return [...gap, { type: 'inlineCode', value: block.value.replaceAll('\n', ' ') }];
    return 'children' in block
      ? [...gap, ...lineOf(block.children as Nodes[], lost)]
      : [...gap, block as PhrasingContent];
  });
}
