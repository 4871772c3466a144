import type { Comment, RichTextForm } from '@lockstep/sdk';

/** A comment in the other side's form, headed by who wrote it; undefined when there is nothing to say. */
export function commentBody(comment: Comment, from: RichTextForm, to: RichTextForm): string | undefined {
  const tree = from.parse(comment.body);
  if (tree.children.length === 0) return undefined;
  const author = comment.author.name ?? comment.author.id;
  return to.print({
    type: 'root',
    children: [
      {
        type: 'paragraph',
        children: [{ type: 'strong', children: [{ type: 'text', value: `${author}:` }] }],
      },
      ...tree.children,
    ],
  });
}
