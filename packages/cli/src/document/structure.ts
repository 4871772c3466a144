import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Document } from 'yaml';

export interface Oddity {
  readonly message: string;
  readonly remedy: string;
  readonly offset: number | undefined;
}

/** YAML that a configuration has no use for, or that would be read as something else than it seems. */
export function refuseStructure(document: Document): Oddity | undefined {
  const [warning] = document.warnings;
  if (warning !== undefined)
    return {
      message: warning.message,
      remedy: 'Write it as plain text, a number, a list or “name: value”.',
      offset: warning.pos[0],
    };
  return oddity(document.contents, document);
}

function oddity(node: unknown, document: Document): Oddity | undefined {
  const offset = isNode(node) ? node.range?.[0] : undefined;
  if (isAlias(node) && node.resolve(document) === undefined)
    return {
      message: `there is no anchor “&${node.source}” before this alias`,
      remedy: 'Set the anchor, or write the value out.',
      offset,
    };
  if (isPair(node)) {
    const { key } = node;
    if (!isScalar(key) || key.value === '__proto__' || key.value === '<<') {
      return {
        message: 'this is no name of a setting',
        remedy: 'Names are plain words, such as connections.',
        offset: isNode(key) ? key.range?.[0] : undefined,
      };
    }
    return oddity(node.value, document);
  }
  if (isMap(node) || isSeq(node))
    for (const item of node.items) {
      const found = oddity(item, document);
      if (found !== undefined) return found;
    }
  return undefined;
}
