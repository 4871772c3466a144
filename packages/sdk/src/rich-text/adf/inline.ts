import type { PhrasingContent } from 'mdast';
import { attribute, kids } from './read.ts';
import type { Lost } from './read.ts';
import type { AdfMark, AdfNode } from './nodes.ts';

/** From the outermost to the innermost, each with what it is in the tree. */
const ORDER = ['link', 'strong', 'em', 'strike', 'underline', 'subsup'] as const;

/** Runs of marked text become marks around text: what neighbours share is around both. */
export function parseInline(nodes: readonly AdfNode[], lost: Lost, order = 0): PhrasingContent[] {
  const mark = ORDER[order];
  if (mark === undefined) return nodes.flatMap((node) => leaf(node, lost));
  const result: PhrasingContent[] = [];
  for (let at = 0; at < nodes.length;) {
    const found = markOf(nodes[at], mark);
    const key = JSON.stringify(found);
    let end = at + 1;
    while (end < nodes.length && JSON.stringify(markOf(nodes[end], mark)) === key) end += 1;
    const children = parseInline(nodes.slice(at, end), lost, order + 1);
    result.push(...(found === undefined ? children : [around(found, children)]));
    at = end;
  }
  return result;
}

function markOf(node: AdfNode | undefined, type: string): AdfMark | undefined {
  const marks: unknown = node?.marks;
  return Array.isArray(marks)
    ? (marks as unknown[]).find(
        (one): one is AdfMark => typeof one === 'object' && one !== null && (one as AdfMark).type === type,
      )
    : undefined;
}

function around(mark: AdfMark, children: PhrasingContent[]): PhrasingContent {
  switch (mark.type) {
    case 'link': {
      const title = attribute(mark, 'title');
      return { type: 'link', url: attribute(mark, 'href'), title: title === '' ? null : title, children };
    }
    case 'strong':
      return { type: 'strong', children };
    case 'em':
      return { type: 'emphasis', children };
    case 'strike':
      return { type: 'delete', children };
    case 'underline':
      return { type: 'underline', children };
    default:
      return { type: mark.attrs?.['type'] === 'sup' ? 'superscript' : 'subscript', children };
  }
}

const KNOWN = new Set<string>([...ORDER, 'code']);

function leaf(node: AdfNode, lost: Lost): PhrasingContent[] {
  const marks: unknown = node.marks;
  if (Array.isArray(marks)) {
    for (const one of marks as { type?: unknown }[])
      if (typeof one?.type === 'string' && !KNOWN.has(one.type)) lost.add(`${one.type} (nothing)`);
  }
  const shown = (value: string): PhrasingContent[] => (value === '' ? [] : [{ type: 'text', value }]);
  switch (node.type) {
    case 'text': {
      const value = typeof node.text === 'string' ? node.text : '';
      if (markOf(node, 'code') === undefined) return lines(value);
      return value === '' ? [] : [{ type: 'inlineCode', value: value.replaceAll('\n', ' ') }];
    }
    case 'hardBreak':
      return [{ type: 'break' }];
    case 'mention': {
      const value = attribute(node, 'text').replace(/^@/, '');
      const user = attribute(node, 'id');
      return user === ''
        ? shown(`@${value}`)
        : [{ type: 'mention', user, value: value === '' ? user : value }];
    }
    case 'emoji':
      return shown(attribute(node, 'text') || attribute(node, 'shortName'));
    case 'inlineCard': {
      const url = attribute(node, 'url');
      return url === '' ? [] : [{ type: 'link', url, children: [{ type: 'text', value: url }] }];
    }
    case 'date': {
      const time = new Date(Number(node.attrs?.['timestamp']));
      return Number.isNaN(time.getTime()) ? [] : shown(time.toISOString().slice(0, 10));
    }
    case 'status':
      lost.add('status (its text)');
      return shown(attribute(node, 'text'));
    case 'placeholder':
      return shown(attribute(node, 'text'));
    case 'mediaInline':
      lost.add('file in a line (its name)');
      return shown(attribute(node, 'alt'));
    default:
      lost.add(`${node.type} (its text)`);
      return kids(node).length > 0
        ? parseInline(kids(node), lost)
        : shown(attribute(node, 'text') || (typeof node.text === 'string' ? node.text : ''));
  }
}

function lines(value: string): PhrasingContent[] {
  return value
    .split('\n')
    .flatMap((line, index): PhrasingContent[] => [
      ...(index === 0 ? [] : [{ type: 'break' } as const]),
      ...(line === '' ? [] : [{ type: 'text', value: line } as const]),
    ]);
}
