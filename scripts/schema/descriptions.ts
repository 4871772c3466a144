import { readFileSync } from 'node:fs';
import path from 'node:path';

const REFERENCE = path.resolve(import.meta.dirname, '../../docs/reference/configuration.md');

/** What the reference says of each key, by the heading of its table and the key's own name: one text, two places. */
export function descriptions(reference = readFileSync(REFERENCE, 'utf8')): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let heading = '';
  for (const line of reference.split('\n')) {
    heading = /^#+ (.+)$/.exec(line)?.[1]?.replaceAll('`', '') ?? heading;
    const cells = line.startsWith('| `') ? cellsOf(line) : [];
    const [keys, standard, means] = cells;
    if (keys === undefined || means === undefined) continue;
    const text = [means, standard === 'needed' || standard === 'none' ? '' : `Default: ${standard}`]
      .filter((part) => part !== '')
      .join('. ')
      .replaceAll('`', '')
      .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');
    for (const [, key] of keys.matchAll(/`([^`]+)`/g)) found.set(`${heading}/${key ?? ''}`, text);
  }
  return found;
}

function cellsOf(row: string): string[] {
  return row
    .replaceAll(String.raw`\|`, '\u0000')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('\u0000', '|').trim());
}
