import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Document, type LineCounter } from 'yaml';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a path stands in a YAML text; the nearest thing around it where it is not there itself. */
export function place(document: Document, lines: LineCounter, path: readonly (string | number)[]): Place {
  let node: unknown = document.contents;
  let offset = start(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (pair === undefined) break;
      offset = start(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const next: unknown = node.items[Number(step)];
      if (next === undefined) break;
      offset = start(next) ?? offset;
      node = next;
    } else break;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function start(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
