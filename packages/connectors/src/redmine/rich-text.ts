import { createMarkdownForm, withoutMentions } from '@lockstep/sdk';
import type { RichText, RichTextForm } from '@lockstep/sdk';
import { escapeText, unescapeText } from './executed.ts';

const markdown = createMarkdownForm();

/** Redmine's CommonMark. */
export const commonMark: RichTextForm = {
  id: 'redmine-common-mark',
  becomes: { mention: 'the name alone' },
  parse: (text) => mapText(markdown.parse(text), unescapeText),
  print: (tree) => markdown.print(mapText(withoutMentions(tree), hide)).replaceAll(AT, '&#64;'),
};

/** Stands for an `@` of running text until the markup around it is printed; code keeps its own. */
const AT = '\u{E000}';

function hide(text: string): string {
  return escapeText(text).replaceAll(/(?<![A-Za-z0-9_/])@(?=\w)/g, AT);
}

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

function mapText(tree: RichText, change: (text: string) => string): RichText {
  const visit = (node: Node): Node => {
    if (node.type === 'text' && node.value !== undefined) return { ...node, value: change(node.value) };
    return node.children === undefined ? node : { ...node, children: node.children.map(visit) };
  };
  return visit(tree as Node) as RichText;
}
