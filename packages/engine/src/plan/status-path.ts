/** The shortest way through a workflow, without the start; undefined when there is none. */
export function statusPath(
  workflow: Readonly<Record<string, readonly string[]>> | undefined,
  allowed: readonly string[] | undefined,
  from: string,
  to: string,
): readonly string[] | undefined {
  if (from === to) return [];
  if (workflow === undefined) return allowed === undefined || allowed.includes(to) ? [to] : undefined;
  const cameFrom = new Map<string, string>([[from, from]]);
  const queue = [from];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const next of at === from && allowed !== undefined ? allowed : (workflow[at] ?? [])) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      if (next === to) return walkBack(cameFrom, from, to);
      queue.push(next);
    }
  }
  return undefined;
}

function walkBack(cameFrom: ReadonlyMap<string, string>, from: string, to: string): readonly string[] {
  const path: string[] = [];
  for (let at = to; at !== from; at = cameFrom.get(at) ?? from) path.unshift(at);
  return path;
}
