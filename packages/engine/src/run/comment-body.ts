import type { Comment, RichTextForm } from '@lockstep/sdk';
import { moment } from '../mapping/origin-note.ts';

/** A comment in the other side's form, headed by who wrote it, and when if it is dated; undefined when there is nothing to say. */
export function commentBody(
  comment: Comment,
  from: RichTextForm,
  to: RichTextForm,
  isDated = false,
): string | undefined {
  const tree = from.parse(comment.body);
  if (tree.children.length === 0) return undefined;
  const author = comment.author.name ?? comment.author.id;
  const heading = isDated ? `${author}, ${moment(comment.createdAt)}:` : `${author}:`;
  return to.print({
    type: 'root',
    children: [
      {
        type: 'paragraph',
        children: [{ type: 'strong', children: [{ type: 'text', value: heading }] }],
      },
      ...tree.children,
    ],
  });
}
