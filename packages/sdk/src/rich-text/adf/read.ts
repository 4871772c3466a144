import type { AdfNode } from './nodes.ts';

/** What of a document cannot be held, in words. */
export type Lost = Set<string>;

/** The nodes inside one; whatever else stands there is not looked at. */
export function kids(node: AdfNode): readonly AdfNode[] {
  if (!Array.isArray(node.content)) return [];
  return (node.content as unknown[]).filter(
    (one): one is AdfNode =>
      typeof one === 'object' && one !== null && typeof (one as { type?: unknown }).type === 'string',
  );
}

export function attribute(node: { readonly attrs?: AdfNode['attrs'] }, name: string): string {
  const value: unknown = node.attrs?.[name];
  return typeof value === 'string' ? value : '';
}
