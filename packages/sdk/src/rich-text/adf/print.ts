import type { Image, List, ListItem, Nodes, Paragraph, PhrasingContent, Table } from 'mdast';
import { isTaskList } from '../constructs.ts';
import type { RichText } from '../form.ts';
import { isSafe } from '../normalise.ts';
import { lettersOf } from '../words.ts';
import { ATTACHMENT } from './nodes.ts';
import type { AdfDocument, AdfMark, AdfNode } from './nodes.ts';

/** Where blocks stand: what may be in there differs. */
type Place = 'root' | 'item' | 'quote';

/** A document that the format's published schema allows. */
export function printAdf(tree: RichText): AdfDocument {
  let tasks = 0;
  const nextTask = (): string => `task-${(tasks += 1)}`;
  return { type: 'doc', version: 1, content: blocks(tree.children, 'root', nextTask) };
}

type NextTask = () => string;

function blocks(nodes: readonly Nodes[], place: Place, nextTask: NextTask): AdfNode[] {
  return nodes.flatMap((node) => block(node, place, nextTask));
}

function filled(content: readonly AdfNode[]): readonly AdfNode[] {
  return content.length === 0 ? [{ type: 'paragraph' }] : content;
}

function block(node: Nodes, place: Place, nextTask: NextTask): AdfNode[] {
  switch (node.type) {
    case 'paragraph':
      return [paragraph(node)];
    case 'heading':
      return place === 'root'
        ? [{ type: 'heading', attrs: { level: node.depth }, content: inline(node.children) }]
        : [{ type: 'paragraph', content: inline(node.children, [{ type: 'strong' }]) }];
    case 'thematicBreak':
      return [place === 'root' ? { type: 'rule' } : { type: 'paragraph', content: text('---') }];
    case 'code':
      return [
        {
          type: 'codeBlock',
          ...((node.lang ?? '') === '' ? {} : { attrs: { language: node.lang } }),
          content: text(node.value),
        },
      ];
    case 'blockquote': {
      const content = blocks(node.children, place === 'item' ? 'item' : 'quote', nextTask);
      return place === 'root' ? [{ type: 'blockquote', content: filled(content) }] : content;
    }
    case 'list':
      return node.children.length === 0 ? [] : [list(node, place, nextTask)];
    case 'table':
      return place === 'root' ? table(node) : rowsAsText(node);
    case 'html':
      return [{ type: 'paragraph', content: text(node.value) }];
    case 'footnoteDefinition': {
      const [first, ...rest] = blocks(node.children, place, nextTask);
      const label = text(`[^${node.identifier}]: `);
      return first?.type === 'paragraph'
        ? [{ ...first, content: [...label, ...(first.content ?? [])] }, ...rest]
        : [{ type: 'paragraph', content: label }, ...(first === undefined ? [] : [first]), ...rest];
    }
    default: {
      const content = inline([node as PhrasingContent]);
      return content.length === 0 ? [] : [{ type: 'paragraph', content }];
    }
  }
}

function paragraph(node: Paragraph): AdfNode {
  const [only, ...rest] = node.children;
  if (only?.type === 'image' && rest.length === 0 && isSafe(only.url)) return media(only);
  return { type: 'paragraph', content: inline(node.children) };
}

function media(image: Image): AdfNode {
  const alt = (image.alt ?? '') === '' ? {} : { alt: image.alt };
  const [, id, collection = ''] = FILE.exec(image.url) ?? [];
  const attrs =
    id === undefined
      ? { type: 'external', url: image.url, ...alt }
      : { type: 'file', id, collection: decoded(collection), ...alt };
  return { type: 'mediaSingle', attrs: { layout: 'center' }, content: [{ type: 'media', attrs }] };
}

const FILE = new RegExp(`^${ATTACHMENT}([^?]+)(?:\\?(.*))?$`, 's');

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function list(node: List, place: Place, nextTask: NextTask): AdfNode {
  if (place !== 'quote' && isTaskList(node)) return taskList(node, nextTask);
  const content = node.children.map((item) => listItem(item, nextTask));
  if (node.ordered !== true) return { type: 'bulletList', content };
  const start = node.start ?? 1;
  return { type: 'orderedList', ...(start === 1 ? {} : { attrs: { order: start } }), content };
}

function listItem(item: ListItem, nextTask: NextTask): AdfNode {
  const content = filled(blocks(item.children, 'item', nextTask));
  if (typeof item.checked !== 'boolean') return { type: 'listItem', content };
  const box = text(item.checked ? '[x] ' : '[ ] ');
  const [first, ...rest] = content;
  return {
    type: 'listItem',
    content:
      first?.type === 'paragraph'
        ? [{ ...first, content: [...box, ...(first.content ?? [])] }, ...rest]
        : [{ type: 'paragraph', content: box }, ...content],
  };
}

function taskList(node: List, nextTask: NextTask): AdfNode {
  return {
    type: 'taskList',
    attrs: { localId: nextTask() },
    content: node.children.flatMap((item): AdfNode[] => {
      const [first, ...below] = item.children;
      return [
        {
          type: 'taskItem',
          attrs: { localId: nextTask(), state: item.checked === true ? 'DONE' : 'TODO' },
          content: first?.type === 'paragraph' ? inline(first.children) : [],
        },
        ...below.flatMap((one) =>
          one.type === 'list' && one.children.length > 0 ? [taskList(one, nextTask)] : [],
        ),
      ];
    }),
  };
}

function table(node: Table): AdfNode[] {
  if (node.children.length === 0) return [];
  const content = node.children.map((row, index): AdfNode => ({
    type: 'tableRow',
    content: row.children.map((cell) => ({
      type: index === 0 ? 'tableHeader' : 'tableCell',
      content: [{ type: 'paragraph', content: inline(cell.children) }],
    })),
  }));
  return [{ type: 'table', content }];
}

function rowsAsText(node: Table): AdfNode[] {
  return node.children.map((row) => ({
    type: 'paragraph',
    content: row.children.flatMap((cell, index) => [
      ...(index === 0 ? [] : text(' | ')),
      ...inline(cell.children),
    ]),
  }));
}

const MARKS: Readonly<Record<string, AdfMark>> = {
  strong: { type: 'strong' },
  emphasis: { type: 'em' },
  delete: { type: 'strike' },
  underline: { type: 'underline' },
  subscript: { type: 'subsup', attrs: { type: 'sub' } },
  superscript: { type: 'subsup', attrs: { type: 'sup' } },
};

function inline(nodes: readonly PhrasingContent[], marks: readonly AdfMark[] = []): AdfNode[] {
  return nodes.flatMap((node): AdfNode[] => {
    switch (node.type) {
      case 'text':
        return text(node.value.replaceAll('\n', ' '), marks);
      case 'inlineCode':
        return text(node.value, [...marks.filter((one) => one.type === 'link'), { type: 'code' }]);
      case 'break':
        return [{ type: 'hardBreak' }];
      case 'mention':
        return [{ type: 'mention', attrs: { id: node.user, text: `@${node.value}` } }];
      case 'image':
        return linked(text((node.alt ?? '') === '' ? node.url : (node.alt ?? ''), marks), node.url);
      case 'link': {
        const shown = inline(node.children, marks);
        return linked(shown.length === 0 ? text(node.url, marks) : shown, node.url, node.title);
      }
      case 'html':
        return text(node.value, marks);
      case 'footnoteReference':
        return text(`[^${node.identifier}]`, marks);
      default: {
        const mark = MARKS[node.type];
        const more =
          mark === undefined || marks.some((one) => one.type === mark.type) ? marks : [...marks, mark];
        if ('children' in node) return inline(node.children as PhrasingContent[], more);
        return text(lettersOf({ type: 'root', children: [node] }), marks);
      }
    }
  });
}

function linked(nodes: readonly AdfNode[], href: string, title?: string | null): AdfNode[] {
  if (!isSafe(href) || href === '') return [...nodes];
  const mark: AdfMark = { type: 'link', attrs: { href, ...((title ?? '') === '' ? {} : { title }) } };
  return nodes.map((node) =>
    node.type === 'text' && !(node.marks ?? []).some((one) => one.type === 'link')
      ? { ...node, marks: [mark, ...(node.marks ?? [])] }
      : node,
  );
}

function text(value: string, marks: readonly AdfMark[] = []): AdfNode[] {
  if (value === '') return [];
  return [{ type: 'text', text: value, ...(marks.length === 0 ? {} : { marks }) }];
}
