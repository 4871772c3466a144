import type { FieldValue } from '../item.ts';
import type { RichTextForm } from '../rich-text/form.ts';
import { canonicalMarkdown } from '../rich-text/markdown.ts';
import type { FieldKind } from '../schema.ts';

/** Do two texts of a tracker say the same, whatever its line endings and its taste in markup? */
export function sameText(form: RichTextForm, left: string, right: string): boolean {
  return canonicalMarkdown(form.parse(left)) === canonicalMarkdown(form.parse(right));
}

/** Do two values of one field mean the same? Absent, `null`, empty text and empty set are all empty. */
export function sameMeaning(
  form: RichTextForm,
  kind: FieldKind,
  left: FieldValue | undefined,
  right: FieldValue | undefined,
): boolean {
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && new Set([...left, ...right]).size === new Set(left).size;
  if (kind === 'rich-text') return sameText(form, String(left), String(right));
  if (kind === 'date-time') return Date.parse(String(left)) === Date.parse(String(right));
  return left === right;
}

function isEmpty(value: FieldValue | undefined): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
