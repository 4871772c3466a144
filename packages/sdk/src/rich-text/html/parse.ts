import type { Element, ElementContent, Nodes, Properties, Root } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { sanitize } from 'hast-util-sanitize';
import { toMdast } from 'hast-util-to-mdast';
import type { Handle } from 'hast-util-to-mdast';
import type { PhrasingContent, Root as Tree } from 'mdast';
import { asCode, TEXT_LIMITS } from '../limits.ts';
import type { RichText } from '../form.ts';
import { TEXT_ONLY } from './schema.ts';

/** The tags of a text that is read as HTML: more than this, or deeper, and only its letters are read. */
const MOST_TAGS = 20_000;

export function parseHtml(text: string): RichText {
  if (isTooMuchHtml(text))
    return asCode(lettersOf(text), 'markup of a text that is too long or too dense to be read');
  const whole = fromHtml(text, { fragment: true });
  const lost = new Set<string>();
  const seen = prepare(whole, lost);
  const tree = toMdast(sanitize(seen, TEXT_ONLY), { handlers: HANDLERS, newlines: false }) as Tree;
  return { ...tree, ...(lost.size === 0 ? {} : { data: { lost: [...lost] } }) };
}

/** Counts tags in one pass; an open tag that is never closed makes everything behind it deeper. */
function isTooMuchHtml(text: string): boolean {
  let tags = 0;
  let depth = 0;
  for (const [tag, slash, name = ''] of text.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    tags += 1;
    if (slash === '/') depth = Math.max(0, depth - 1);
    else if (!VOID.has(name.toLowerCase())) depth += 1;
    if (tags > MOST_TAGS || depth > TEXT_LIMITS.depth * 2 || tag.length > 100) return true;
  }
  return text.length > MOST_CHARACTERS;
}

const VOID = new Set([
  'br',
  'hr',
  'img',
  'input',
  'p',
  'li',
  'td',
  'th',
  'tr',
  'meta',
  'link',
  'col',
  'o',
  'wbr',
  'area',
]);
const MOST_CHARACTERS = 1_048_576;

/** What a text says when nothing of its markup is understood; in one pass. */
function lettersOf(html: string): string {
  return html
    .replaceAll(/<(?:br|p|div|li|tr)\b[^<>]*>/gi, '\n')
    .replaceAll(/<[a-z/!][^<>]*>/gi, '')
    .replaceAll(/\n{3,}/g, '\n\n');
}

const LOOKS = new Set(['font', 'big', 'small', 'mark', 'center']);
const SECRET = new Set(['script', 'iframe', 'object', 'embed', 'form', 'video', 'audio', 'svg', 'math']);

/** Notes what sanitising will take away, and takes away images that nobody is meant to see. */
function prepare<T extends Nodes>(node: T, lost: Set<string>): T {
  if (!('children' in node)) return node;
  const children = (node.children as Nodes[]).flatMap((child): Nodes[] => {
    if (child.type !== 'element') return child.type === 'comment' ? [] : [child];
    if (SECRET.has(child.tagName)) lost.add(`${child.tagName} (nothing)`);
    if (LOOKS.has(child.tagName) || hasLooks(child.properties))
      lost.add('colours, sizes and fonts (nothing)');
    if (Number(child.properties['colSpan'] ?? 1) > 1 || Number(child.properties['rowSpan'] ?? 1) > 1)
      lost.add('cells over several rows or columns (one cell)');
    if (child.tagName === 'img' && isHidden(child.properties)) return [];
    return [prepare(child, lost)];
  });
  return { ...node, children };
}

function hasLooks({ style }: Properties): boolean {
  return typeof style === 'string' && /color|background|font|text-(?:align|decoration)/i.test(style);
}

function isHidden({ width, height, style, src }: Properties): boolean {
  const isDot = (size: unknown): boolean => size !== undefined && size !== null && Number(size) <= 1;
  const isInvisible =
    typeof style === 'string' &&
    /display\s*:\s*none|visibility\s*:\s*hidden|(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)/i.test(
      style,
    );
  return isDot(width) || isDot(height) || isInvisible || typeof src !== 'string';
}

const mark =
  (type: 'subscript' | 'superscript' | 'underline'): Handle =>
  (state, node) =>
    ({ type, children: state.all(node) as PhrasingContent[] }) as never;

const HANDLERS: Record<string, Handle> = {
  sub: mark('subscript'),
  sup: mark('superscript'),
  ins: mark('underline'),
  u: mark('underline'),
  a(state, node) {
    const user: unknown = node.properties['dataMention'];
    const children = state.all(node) as PhrasingContent[];
    if (typeof user === 'string' && user !== '')
      return { type: 'mention', user, value: shown(node).replace(/^@/, '') } as never;
    const { href, title } = node.properties;
    if (typeof href !== 'string' || href === '') return children as never;
    return { type: 'link', url: href, title: typeof title === 'string' ? title : null, children };
  },
  pre(state, node) {
    const [inner] = node.children.filter((child) => child.type === 'element');
    const names: unknown = inner?.properties['className'];
    const lang = (Array.isArray(names) ? (names as unknown[]) : []).find(
      (name): name is string => typeof name === 'string' && name.startsWith('language-'),
    );
    const value = shown(node).replace(/\n$/, '');
    const result = {
      type: 'code' as const,
      lang: lang?.slice('language-'.length) ?? null,
      meta: null,
      value,
    };
    state.patch(node, result);
    return result;
  },
};

function shown(node: Root | ElementContent): string {
  if (node.type === 'text') return node.value;
  if (node.type === 'element' && node.tagName === 'br') return '\n';
  return 'children' in node ? (node as Element).children.map(shown).join('') : '';
}
