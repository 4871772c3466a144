import { Document, isNode, isPair, isScalar, visit } from 'yaml';

export interface Note {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** YAML as people write it: small lists and settings on one line, and notes as comments before what they are about. */
export function written(configuration: object, notes: readonly Note[] = []): string {
  const document = new Document(configuration);
  for (const { path, text } of notes) {
    const node = document.getIn(path, true);
    if (!isNode(node)) continue;
    const before = node.commentBefore;
    node.commentBefore = `${before === undefined || before === null ? '' : `${before}\n`} ${text}`;
  }
  visit(document, {
    Collection: (_, node) => {
      const isPlain = (item: unknown): boolean => isScalar(item) && !item.commentBefore;
      const small = node.items.every((item) => isPlain(item) || (isPair(item) && isScalar(item.value)));
      if (small && node.items.length > 0 && node.items.length < 4) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 110 }).trimEnd();
}
