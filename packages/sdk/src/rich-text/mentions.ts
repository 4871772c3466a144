import type { Nodes } from 'mdast';
import type { RichText } from './form.ts';
import type { Mention } from './nodes.ts';

/**
 * The tree with each mention as `translate` gives it for the other tracker; whom that does not know is named in plain
 * words, and no one is told. The given tree stays as it is.
 */
export function translateMentions(
  tree: RichText,
  translate: (mention: Mention) => Pick<Mention, 'user' | 'value'> | undefined,
): RichText {
  const visit = (node: Nodes): Nodes => {
    if (node.type === 'mention') {
      const found = translate(node);
      return found === undefined ? { type: 'text', value: `@${node.value}` } : { ...node, ...found };
    }
    return 'children' in node
      ? ({ ...node, children: (node.children as Nodes[]).map(visit) } as Nodes)
      : node;
  };
  return visit(tree) as RichText;
}

/** Everybody is only named. */
export function withoutMentions(tree: RichText): RichText {
  return hasMention(tree) ? translateMentions(tree, () => undefined) : tree;
}

export function hasMention(node: Nodes): boolean {
  return node.type === 'mention' || ('children' in node && (node.children as Nodes[]).some(hasMention));
}
